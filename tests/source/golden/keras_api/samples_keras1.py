"""Models in the words of Keras 1.2, each built by one function; what the real Keras makes of them stands beside."""

from keras import backend as K  # noqa: N812
from keras.layers import (
    GRU,
    LSTM,
    Activation,
    AtrousConvolution1D,
    AtrousConvolution2D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    BatchNormalization,
    Bidirectional,
    Convolution1D,
    Convolution2D,
    Convolution3D,
    Cropping1D,
    Cropping2D,
    Cropping3D,
    Deconvolution2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Highway,
    Input,
    InputLayer,
    Lambda,
    LocallyConnected1D,
    LocallyConnected2D,
    Masking,
    MaxoutDense,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
    Merge,
    Permute,
    RepeatVector,
    Reshape,
    SimpleRNN,
    SpatialDropout2D,
    TimeDistributed,
    UpSampling1D,
    UpSampling2D,
    UpSampling3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
    merge,
)
from keras.layers.advanced_activations import ELU, LeakyReLU, ParametricSoftplus, PReLU, SReLU, ThresholdedReLU
from keras.models import Model, Sequential
from keras.regularizers import l2


def plane(rows, columns, maps):
    return (maps, rows, columns) if K.image_dim_ordering() == "th" else (rows, columns, maps)


def block(depth, maps, rows, columns):
    return (maps, depth, rows, columns) if K.image_dim_ordering() == "th" else (depth, rows, columns, maps)


def maps_axis():
    return 1 if K.image_dim_ordering() == "th" else -1


def stack_of_convolutions():
    model = Sequential()
    model.add(ZeroPadding2D((1, 1), input_shape=plane(13, 11, 3)))
    model.add(Convolution2D(5, 3, 3, activation="relu", name="conv1_1"))
    model.add(ZeroPadding2D((1, 1)))
    model.add(Convolution2D(5, 3, 2, activation="relu", init="he_normal", border_mode="same", bias=False))
    model.add(MaxPooling2D((2, 2), strides=(2, 2)))
    model.add(Convolution2D(nb_filter=7, nb_row=3, nb_col=1, subsample=(2, 1), W_regularizer=l2(0.01)))
    model.add(BatchNormalization(axis=maps_axis()))
    model.add(Activation("tanh"))
    model.add(Dropout(0.25))
    model.add(Flatten())
    model.add(Dense(17, activation="relu"))
    model.add(Dropout(p=0.5))
    model.add(Dense(output_dim=4))
    model.add(Activation("softmax"))
    return model


def positional_beyond_the_kernel():
    return Sequential([
        Convolution2D(5, 3, 3, "uniform", "relu", None, "same", (2, 2), input_shape=plane(13, 11, 3)),
        AveragePooling2D((3, 2), (2, 1), "same"),
        BatchNormalization(1e-4, 0, maps_axis(), 0.9),
        Flatten(),
        Dense(6, "he_normal", "tanh"),
        Dense(3, "uniform", "sigmoid", None),
    ])


def all_of_two_axes():
    model = Sequential()
    model.add(InputLayer(input_shape=plane(19, 23, 3)))
    model.add(AtrousConvolution2D(4, 3, 2, atrous_rate=(2, 3)))
    model.add(UpSampling2D((2, 3)))
    model.add(Cropping2D(((1, 2), (3, 4))))
    model.add(ZeroPadding2D((1, 0, 2, 3)))
    model.add(ZeroPadding2D({"top_pad": 1, "left_pad": 2}))
    model.add(LocallyConnected2D(3, 5, 4, subsample=(3, 4), activation="sigmoid"))
    model.add(SpatialDropout2D(0.3))
    model.add(GlobalMaxPooling2D())
    return model


def all_of_three_axes():
    return Sequential([
        Convolution3D(4, 3, 5, 3, input_shape=block(9, 3, 13, 11), border_mode="same", activation="relu"),
        MaxPooling3D((2, 2, 1), strides=(1, 2, 1)),
        ZeroPadding3D((1, 0, 2)),
        UpSampling3D((2, 1, 2)),
        Cropping3D(((1, 0), (2, 1), (0, 3))),
        AveragePooling3D(),
        Flatten(),
    ])


def all_of_one_axis():
    model = Sequential()
    model.add(Convolution1D(7, 3, input_dim=5, input_length=29, border_mode="same"))
    model.add(MaxPooling1D())
    model.add(ZeroPadding1D(2))
    model.add(AtrousConvolution1D(6, 2, atrous_rate=2))
    model.add(Convolution1D(nb_filter=4, filter_length=3, subsample_length=2, activation="relu"))
    model.add(UpSampling1D(3))
    model.add(Cropping1D((1, 2)))
    model.add(AveragePooling1D(pool_length=3, stride=2, border_mode="same"))
    model.add(LocallyConnected1D(3, 2))
    model.add(GlobalAveragePooling1D())
    return model


def deconvolution():
    size = (None, 4, 13, 11) if K.image_dim_ordering() == "th" else (None, 13, 11, 4)
    return Sequential([
        Deconvolution2D(4, 3, 3, output_shape=size, subsample=(2, 2), input_shape=plane(6, 5, 2), border_mode="valid"),
        Activation("relu"),
    ])


def recurrent_layers():
    model = Sequential()
    model.add(Embedding(31, 6, input_length=12, mask_zero=True))
    model.add(Bidirectional(LSTM(5, return_sequences=True, dropout_W=0.2, inner_activation="sigmoid")))
    model.add(GRU(output_dim=4, return_sequences=True, consume_less="mem", go_backwards=True))
    model.add(SimpleRNN(3, "uniform", activation="relu", return_sequences=True))
    model.add(TimeDistributed(Dense(7, activation="relu")))
    model.add(LSTM(4, forget_bias_init="zero"))
    model.add(RepeatVector(3))
    model.add(Permute((2, 1)))
    model.add(Reshape((6, 2)))
    model.add(Masking(mask_value=-1.0))
    return model


def slices_of_maps():
    shape = (4, *plane(13, 11, 3))
    return Sequential([
        TimeDistributed(Convolution2D(5, 3, 3, activation="relu"), input_shape=shape),
        TimeDistributed(MaxPooling2D((2, 2))),
        TimeDistributed(Flatten()),
        LSTM(6),
    ])


def layers_that_are_no_more():
    return Sequential([
        Dense(9, input_dim=8),
        MaxoutDense(6, nb_feature=3),
        Highway(activation="tanh"),
        GaussianNoise(0.1),
        PReLU(),
        LeakyReLU(0.2),
        ELU(alpha=0.5),
        ThresholdedReLU(0.7),
        SReLU(),
        ParametricSoftplus(),
    ])


def inception():
    image = Input(shape=plane(13, 11, 3))
    x = Convolution2D(4, 3, 3, border_mode="same", activation="relu")(image)
    a = Convolution2D(2, 1, 1, name="a1")(x)
    b = Convolution2D(2, 1, 1)(x)
    b = Convolution2D(3, 3, 3, border_mode="same")(b)
    c = MaxPooling2D((3, 3), strides=(1, 1), border_mode="same")(x)
    x = merge([a, b, c], mode="concat", concat_axis=maps_axis(), name="mixed")
    x = BatchNormalization(axis=maps_axis())(x)
    y = Convolution2D(4, 1, 1)(image)
    z = Convolution2D(4, 1, 1)(x)
    x = merge([y, z], mode="sum")
    x = GlobalAveragePooling2D()(x)
    return Model(input=image, output=x)


def several_ends():
    a = Input((7,), name="first")
    b = Input(batch_shape=(None, 7))
    x = merge([a, b], "mul")
    y = merge([x, a], mode="ave")
    z = merge([x, y, b], mode="max")
    p = merge([a, b], mode="dot", dot_axes=1)
    q = merge([a, b], mode="cos", dot_axes=1)
    out = Dense(3)(merge([z, p], mode="concat"))
    return Model([a, b], [out, y, q], name="ends")


def shared_layers():
    left = Input((7,))
    right = Input((7,))
    first = Dense(5, activation="relu")
    second = Dense(4)
    x = second(first(left))
    y = second(first(right))
    return Model(input=[left, right], output=Dense(1)(merge([x, y], mode="concat")))


def models_inside():
    encoder = Sequential()
    encoder.add(Convolution2D(4, 3, 3, input_shape=plane(13, 11, 3)))
    encoder.add(Flatten())
    image = Input(shape=plane(13, 11, 3))
    other = Input(shape=plane(13, 11, 3))
    inner_input = Input((6,))
    inner = Model(inner_input, Dense(5)(inner_input))
    x = merge([encoder(image), encoder(other)], mode="sum")
    return Model([image, other], inner(Dense(6)(x)))


def model_at_the_head():
    base = Sequential([Convolution2D(4, 3, 3, input_shape=plane(13, 11, 3)), MaxPooling2D()])
    top = Sequential()
    top.add(base)
    top.add(Flatten())
    top.add(Dense(3))
    return top


def merged_branches():
    left = Sequential()
    left.add(Dense(5, input_shape=(7,)))
    right = Sequential([Dense(5, input_dim=6, activation="tanh")])
    model = Sequential()
    model.add(Merge([left, right], mode="concat", concat_axis=1))
    model.add(Dense(3, activation="softmax"))
    return model


def continued():
    base = Sequential([Convolution2D(4, 3, 3, input_shape=plane(13, 11, 3)), Flatten(), Dense(9), Dense(8)])
    base.pop()
    for layer in base.layers[:2]:
        layer.trainable = False
    x = Dropout(0.5)(base.layers[-1].output)
    return Model(input=base.input, output=Dense(2, name="last")(x))


def calculated():
    image = Input(shape=plane(13, 11, 3))
    x = image
    for number, maps in enumerate([4, 5]):
        x = Convolution2D(maps, 3, 3, border_mode="same", name="conv" + str(number))(x)
    x = Lambda(lambda t: t / 127.5 - 1, output_shape=K.int_shape(x)[1:] if hasattr(K, "int_shape") else None)(x)
    return Model(image, Flatten()(x))


BUILDERS = [
    stack_of_convolutions, positional_beyond_the_kernel, all_of_two_axes, all_of_three_axes, all_of_one_axis,
    deconvolution, recurrent_layers, slices_of_maps, layers_that_are_no_more, inception, several_ends, shared_layers,
    models_inside, model_at_the_head, merged_branches, continued,
]  # fmt: skip
