from django.urls import path

from socialml.demo.views import page

urlpatterns = [path("", page, name="demo")]
