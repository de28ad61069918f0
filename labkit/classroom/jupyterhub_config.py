"""A hub for a class: what JupyterHub should know about this course, for `jupyterhub -f` or `load_subconfig`.

It says nothing about who may log in and how servers are started: that belongs to the house. On one machine with
system accounts this file is enough. https://jupyterhub.readthedocs.io/en/stable/tutorial/getting-started/config-basics.html
"""

from pathlib import Path
from typing import Any

KERNELS = Path(__file__).with_name("jupyter")
"""A kernel without the debugger, which takes 28 MiB as soon as a notebook is opened. Elsewhere than beside this file it
is not found, and the usual kernel starts.
"""
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",   # the matrices are small: threads gain nothing, and everybody waits for everybody's
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",       # glibc would keep a heap for each thread of the server
    "JUPYTER_PATH": str(KERNELS),
}
UNUSED = ("jupyter_lsp", "jupyter_server_terminals", "notebook", "notebook_shim",
          *(f"nbgrader.server_extensions.{name}" for name in ("formgrader", "validate_assignment", "assignment_list",
                                                              "course_list")))
"""Extensions of the server that the course does not need in JupyterLab. Those of nbgrader take 35 MiB in every
student's server; keep them where students fetch and submit through nbgrader's exchange, and `notebook` for Notebook 7.
"""
IDLE = 3600
"""After so many seconds without a page that looks at it, a kernel ends."""


def configure(c: Any) -> None:
    """Write the settings into JupyterHub's configuration `c`."""
    c.Spawner.environment = ENVIRONMENT
    c.Spawner.default_url = "/lab"
    c.Spawner.args = [f"--MappingKernelManager.cull_idle_timeout={IDLE}",
                      *(f"--ServerApp.jpserver_extensions={name}=False" for name in UNUSED)]
    c.Spawner.mem_limit = "512M"   # DockerSpawner, SystemdSpawner and KubeSpawner enforce it
    c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # everybody logs in in the same minute


if "get_config" in globals():
    configure(globals()["get_config"]())
