"""Measures of models. Each is a pure function of arrays with a doctest."""

from mlengine.metrics.ranking import RankingReport, ranking_report, report_of_hits

__all__ = ["RankingReport", "ranking_report", "report_of_hits"]
