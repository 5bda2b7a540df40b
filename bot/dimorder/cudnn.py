"""How CuDNNLSTM and CuDNNGRU keep their arrays, as steps to the arrays of a plain LSTM or GRU.

Each gate's kernel (inputs, units) holds, row by row, the numbers of a matrix (units, inputs); each gate's recurrent
kernel is transposed; a bias of the input stands before one of the recurrent product.
Source: _convert_rnn_weights in keras/engine/saving.py at 2.2.4 and 2.3.1.
"""

from __future__ import annotations

from dimorder.semantics import Recurrent
from dimorder.steps import Fold, Permute, Regroup, Step
from dimorder.weights import GATES


def plain_steps(op: Recurrent, role: str, shape: tuple[int, ...]) -> tuple[Step, ...]:
    """Steps for the array of this role; shape: as stored. G is the gate, U the unit, I what is read."""
    gates, units = GATES[op.kind], op.units
    if role.endswith("kernel"):
        inputs = shape[0]
        apart = Regroup(shape, (inputs, gates, units)), Permute("IGU", "GIU")
        turned = Regroup((gates, inputs, units), (gates, units, inputs)), Permute("GUI", "IGU")
        return (*apart, *turned, Regroup((inputs, gates, units), shape))
    if role.endswith("recurrent"):
        return Regroup(shape, (units, gates, units)), Permute("VGU", "UGV"), Regroup((units, gates, units), shape)
    if op.kind == "gru":
        return (Regroup(shape, (2, gates * units)),)
    return (Fold(shape[0] // 2),)
