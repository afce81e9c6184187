"""The document of bench/approval.c, a submission and three levels to the end, in SpiffWorkflow storing to SQLite. By hand, in any venv:

    pip install SpiffWorkflow
    python spiff.py [documents] [directory]

Three user tasks in a row. Each step is a request of its own, as in a host: the instance is read from SQLite, the task is completed, the instance is
written back, and committed, durable at FULL; then once more in memory. The specification is kept in memory, not stored with each instance,
which is the faster way of the two. There is no permission, no journal and no message in it."""

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

LEVELS = 3
SPEC_KEYS = ("spec", "subprocess_specs")


def process() -> str:
    tasks = "".join(f'<bpmn:userTask id="level{i}" name="level {i}"/>' for i in range(1, LEVELS + 1))
    nodes = ["start", *(f"level{i}" for i in range(1, LEVELS + 1)), "end"]
    flows = "".join(f'<bpmn:sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>' for i, (a, b) in enumerate(zip(nodes, nodes[1:])))
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
        f'<bpmn:process id="request" isExecutable="true"><bpmn:startEvent id="start"/>{tasks}<bpmn:endEvent id="end"/>{flows}'
        "</bpmn:process></bpmn:definitions>"
    )


class Host:
    def __init__(self, path: str):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, document TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL)")
        self.serializer = BpmnWorkflowSerializer()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "request.bpmn"
            file.write_text(process(), encoding="utf-8")
            parser = BpmnParser()
            parser.add_bpmn_file(str(file))
            self.spec = parser.get_spec("request")
        whole = json.loads(self.serializer.serialize_json(BpmnWorkflow(self.spec)))
        self.specs = {key: whole[key] for key in SPEC_KEYS if key in whole}

    def write(self, workflow: BpmnWorkflow) -> str:
        body = self.serializer.to_dict(workflow)
        return json.dumps({key: item for key, item in body.items() if key not in SPEC_KEYS})

    def submit(self, number: int) -> int:
        workflow = BpmnWorkflow(self.spec)
        workflow.data["amount"] = 100 + number
        workflow.do_engine_steps()
        self.db.execute("BEGIN IMMEDIATE")
        row = self.db.execute("INSERT INTO instance (document, state, body) VALUES (?, 'running', ?)", (f"RQ-{number:06}", self.write(workflow)))
        self.db.execute("COMMIT")
        return int(row.lastrowid or 0)

    def approve(self, id: int) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        (body,) = self.db.execute("SELECT body FROM instance WHERE id = ?", (id,)).fetchone()
        workflow = self.serializer.from_dict({**json.loads(body), **self.specs})
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data["approved"] = True
        task.run()
        workflow.do_engine_steps()
        state = "approved" if workflow.completed else "running"
        self.db.execute("UPDATE instance SET state = ?, body = ? WHERE id = ?", (state, self.write(workflow), id))
        self.db.execute("COMMIT")


def measure(path: str, documents: int) -> float:
    host = Host(path)
    start = time.perf_counter()
    for number in range(documents):
        id = host.submit(number)
        for _ in range(LEVELS):
            host.approve(id)
    used = time.perf_counter() - start
    (done,) = host.db.execute("SELECT count(*) FROM instance WHERE state = 'approved'").fetchone()
    assert done == documents
    host.db.close()
    return documents / used


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else ".") as folder:
        print(f"SpiffWorkflow, submit and {LEVELS} levels, durable   {measure(str(Path(folder) / 'spiff.db'), documents):8.0f} documents/s")
    print(f"in memory                                        {measure(':memory:', documents):8.0f} documents/s")


if __name__ == "__main__":
    main()
