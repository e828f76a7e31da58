"""The password hash: Argon2id at the cost OWASP's cheat sheet names, 19 MiB and two passes."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
