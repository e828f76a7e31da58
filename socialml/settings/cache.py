"""Redis, or the embedded Valkey, as cache. What is kept there can always be made again."""

from socialml.settings.env import env, valkey_socket

VALKEY_SOCKET = valkey_socket()
REDIS_URL = env.str("REDIS_URL", default=f"unix://{VALKEY_SOCKET}?db=0")
# Keys of this deployment start with this, so that two may share an instance.
SOCIALML_CACHE_PREFIX = env.str("SOCIALML_CACHE_PREFIX", default="sml:")

# A cache that answers slower than the database is no cache.
SOCIALML_CACHE_TIMEOUT_SECONDS = 0.25
SOCIALML_CACHE_RETRY_SECONDS = 2.0

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
