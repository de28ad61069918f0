"""The hub's configuration, as JupyterHub reads it, and the figures that the benchmark prints."""

import runpy
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from labkit.classroom import jupyterhub_config
from tests.benchmarks import classroom


def test_the_file_configures_a_hub_and_is_a_module_without_one():
    c = Config()
    runpy.run_path(jupyterhub_config.__file__, {"get_config": lambda: c})
    assert c.Spawner.environment["OPENBLAS_NUM_THREADS"] == "1"
    assert "--ServerApp.jpserver_extensions=jupyter_lsp=False" in c.Spawner.args
    assert c.Spawner.start_timeout >= 120 and c.Spawner.mem_limit == "512M"
    assert "get_config" not in vars(jupyterhub_config)


def test_the_benchmarks_table_and_its_goals(capsys):
    quick = classroom.Student(1.0, 2.0, 3.0, [100.0] * 19 + [900.0], 50.0)
    slow = quick._replace(moves=[600.0] * 20, steps=10.0)
    used = {"a": {"server": 80.0, "kernel": 120.0}, "b": {"server": 90.0, "kernel": 100.0}}
    assert classroom.report([quick, quick], used)
    assert not classroom.report([quick, slow], used)
    assert not classroom.report([quick], {"a": {"server": 80.0, "kernel": 150.0}})
    rows = capsys.readouterr().out.splitlines()
    assert rows[3].split()[-2:] == ["100.0", "100.0"] and rows[10].split()[-2:] == ["350.0", "600.0"]
    assert rows[6].split()[-2:] == ["195.0", "200.0"]
    assert classroom.row([quick, slow], used) == ("| 2 | 1 s | 2 s | 3 s | 350 ms, 600 ms | 30 steps/s "
                                                  "| 85 MiB, 110 MiB |")


def test_the_hubs_kernel_starts_without_the_debugger_and_answers():
    c = Config()
    jupyterhub_config.configure(c)
    specs = KernelSpecManager(kernel_dirs=[str(Path(c.Spawner.environment["JUPYTER_PATH"]) / "kernels")])
    manager = KernelManager(kernel_spec_manager=specs)
    manager.start_kernel()
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        said = []
        client.execute_interactive("import sys, labkit\nprint(sys.modules['debugpy'], 'pydevd' in sys.modules)",
                                   output_hook=lambda message: said.append(message["content"].get("text", "")))
        assert "".join(said) == "None False\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
