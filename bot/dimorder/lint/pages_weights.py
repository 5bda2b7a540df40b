"""Pages of the rules about weights and architectures, DIM1xx."""

from __future__ import annotations

from dimorder.finding import Page

PAGES: tuple[Page, ...] = (
    Page(
        code="DIM101",
        finds="Weights, a model or an architecture in Theano's dim ordering (`th`): channels come before rows and "
        "columns.",
        why="Keras has written channels last by default since 1.1.0 (September 2016), and no Keras of today reads "
        "Theano's kernels. A Keras 1 file in this ordering raises in the best case, and where the sizes happen to "
        "fit it loads and predicts something else.",
        bad="vgg16_weights.h5: block1_conv1_W (64, 3, 3, 3)",
        good="dimorder convert vgg16_weights.h5 --architecture vgg16.json -o vgg16_weights.tf.h5",
        safety="safe",
        fix="The converted twin is written beside the file, with the certificate that proves equal predictions.",
        sources=("keras backend/common.py@1.0.8 and @1.1.0", "https://github.com/keras-team/keras/issues/5374"),
        language="console",
    ),
    Page(
        code="DIM102",
        finds="Kernels trained under Theano, in a file whose axes are already in TensorFlow's order.",
        why="Theano computes a true convolution, TensorFlow a correlation, so each kernel has to be turned by 180 "
        "degrees. Turning changes no shape: the file loads without a word and predicts wrongly. Measured between "
        "the right and the unturned kernels: outputs differ by 0.9 to 12 per layer, by 0.64 behind a whole model. "
        "No loader after Keras 2.3.1 turns them, whatever the file says.",
        bad="weights.h5: keras_version 2.0.8, backend theano",
        good="dimorder convert weights.h5 --architecture model.json -o weights.tf.h5",
        safety="safe",
        fix="The converted twin is written beside the file, with its certificate.",
        sources=(
            "theano/tensor/nnet/abstract_conv.py (filter_flip=True)",
            "keras saving/hdf5_format.py@v2.10.0",
            "https://github.com/keras-team/keras/issues/3994",
        ),
        language="console",
    ),
    Page(
        code="DIM103",
        finds="A file that was converted, beside its original, in a way that is known to be wrong; the mistake is "
        "named (`not-flipped`, `rows-columns-swapped`, `dense-rows-unpermuted` and others). Names say what to compare: "
        "`model.h5` and `model.tf.h5`, `X_th` and `X_tf`, `X_theano` and `X_tensorflow`. Nothing is told of numbers "
        "that are not the original's, nor of a file in which nothing was moved.",
        why="Most published recipes do one step of three: they reorder axes and leave the kernels unturned, or turn "
        "them and forget the Dense rows behind Flatten. Each half-done conversion loads, and costs accuracy that "
        "nobody can trace back.",
        bad="dimorder diagnose vgg16_th.h5 vgg16_tf.h5\n    block1_conv1: not-flipped",
        good="dimorder diagnose vgg16_th.h5 vgg16_tf.h5 --repair vgg16_right.h5",
        safety="none",
        fix="`dimorder diagnose --repair` writes the right file beside the wrong one.",
        sources=(
            "https://github.com/keras-team/keras/issues/5374",
            "keras utils/np_utils.py@1.1.0 (convert_kernel)",
        ),
        language="console",
    ),
    Page(
        code="DIM104",
        finds="Dense weights whose rows are sorted for maps with channels first, in a file that is otherwise in "
        "TensorFlow's order.",
        why="Flatten lays a map out as it stands, so the rows of the first Dense layer behind it are numbered "
        "channel by channel or pixel by pixel. The number of rows is the same: nothing raises. Applying a map's "
        "weights to the wrong rows leaves a classifier at chance.",
        bad="model.h5: Flatten without data_format on (64, 7, 7), dense_1 (3136, 10)",
        good="dimorder convert model.h5 -o model.tf.h5",
        safety="safe",
        fix="The converted twin has the rows in the order that its own Flatten yields.",
        sources=("keras layers/core.py@2.1.5, @2.1.6 and @2.2.0 (Flatten)",),
        language="console",
    ),
    Page(
        code="DIM105",
        finds="A file that leaves open in which ordering it stands, or contradicts itself about it.",
        why="Keras 1 wrote neither the backend nor the ordering into its files, and whether kernels were turned "
        "leaves no trace in shapes. A guess that is right nine times in ten is a wrong model the tenth time.",
        bad="weights.h5: conv_1_W (3, 3, 3, 3), no architecture",
        good="dimorder convert weights.h5 --architecture model.json --from th/th",
        safety="none",
        fix="Say what is known: `--from`, `--architecture`, or the Keras that trained it.",
        sources=("keras engine/topology.py@1.2.2 (save_weights)",),
        language="console",
    ),
    Page(
        code="DIM106",
        finds="A converted file whose certificate speaks of another original than the one that lies beside it.",
        why="The original was trained again and the twin was not made anew. Whoever loads the twin gets last "
        "month's model, under a proof that looks valid.",
        bad="model.h5 (sha256 9c1f…)\nmodel.tf.h5.proof.json (made from sha256 07aa…)",
        good="dimorder convert model.h5 --force",
        safety="safe",
        fix="The twin and its certificate are written anew from the original of today.",
        sources=("dimorder docs/proof.md",),
        language="console",
    ),
    Page(
        code="DIM107",
        finds="An architecture in which one layer says channels first and its neighbour channels last.",
        why="A layer without a setting of its own takes the machine's: a pooling layer between two channels-first "
        "convolutions then pools over channels and rows. In a published U-Net 11 layers are channels first and 4 "
        "channels last; it runs, and was trained like that.",
        bad='{"class_name": "MaxPooling2D", "config": {"data_format": "channels_last"}}   between channels_first '
        "convolutions",
        good='{"class_name": "MaxPooling2D", "config": {"data_format": "channels_first"}}',
        safety="none",
        fix="Weights that were trained in the mixed model belong to the mixed model: a person has to decide.",
        sources=("keras layers/pooling.py@2.0.8 (data_format=None)",),
        language="json",
    ),
    Page(
        code="DIM108",
        finds="Layers whose `same` padding falls otherwise on TensorFlow than on Theano.",
        why="Theano puts k//2 in front, whatever the stride; TensorFlow pads as little as it can and puts the odd "
        "one behind. Of 16 measured cases (kernels of 2 to 5, strides 1 and 2) 10 differ, by 3 to 12. Pooling "
        "differs too, for every even size.",
        bad='{"class_name": "Conv2D", "config": {"kernel_size": [3, 3], "strides": [2, 2], "padding": "same"}}',
        good="ZeroPadding2D(1) and the same layer with padding valid, as `dimorder convert` writes them",
        safety="safe",
        fix="The converted architecture states the padding that the model was trained with.",
        sources=(
            "keras backend/theano_backend.py@2.0.0",
            "https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2",
        ),
        language="text",
    ),
    Page(
        code="DIM109",
        finds="An architecture of Keras 0 or 1.",
        why="Its keys (`nb_filter`, `border_mode`, `dim_ordering`) are read by no Keras after 2.2; Keras 3 refuses "
        "already the list that a Sequential was then written as.",
        bad='{"class_name": "Sequential", "keras_version": "1.2.2", "config": []}',
        good="dimorder convert model.json --from th/th -o model.keras3.json --dialect keras3",
        safety="safe",
        fix="The architecture is written anew in the words of Keras 2 or 3.",
        sources=("keras legacy/interfaces.py@2.0.0", "keras src/legacy/saving/saving_utils.py@v3.15.1"),
        language="text",
    ),
)
"""By code."""
