"""The settings, a file a topic. Nothing outside `env` reads the environment."""

from socialml.settings.base import *  # noqa: F403
from socialml.settings.cache import *  # noqa: F403
from socialml.settings.celery import *  # noqa: F403
from socialml.settings.database import *  # noqa: F403
from socialml.settings.logging import *  # noqa: F403
from socialml.settings.media import *  # noqa: F403
from socialml.settings.numerics import *  # noqa: F403
from socialml.settings.product import *  # noqa: F403
from socialml.settings.rest import *  # noqa: F403
from socialml.settings.security import *  # noqa: F403
