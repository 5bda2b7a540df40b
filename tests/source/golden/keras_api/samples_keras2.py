"""Models in the words of Keras 2, each built by one function; what the real Keras makes of them stands beside."""

import keras
from keras import backend as K  # noqa: N812
from keras import layers
from keras.layers import (
    LSTM,
    Activation,
    Add,
    AlphaDropout,
    AveragePooling2D,
    BatchNormalization,
    Bidirectional,
    Concatenate,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    ConvLSTM2D,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dot,
    Dropout,
    Embedding,
    Flatten,
    GaussianDropout,
    GlobalAveragePooling2D,
    GlobalMaxPool2D,
    Input,
    LocallyConnected2D,
    MaxPool2D,
    MaxPooling1D,
    MaxPooling2D,
    ReLU,
    Reshape,
    SeparableConv2D,
    Softmax,
    SpatialDropout1D,
    TimeDistributed,
    UpSampling2D,
    ZeroPadding2D,
    add,
    average,
    concatenate,
    maximum,
    multiply,
    subtract,
)
from keras.models import Model, Sequential


def plane(rows, columns, maps):
    return (maps, rows, columns) if K.image_data_format() == "channels_first" else (rows, columns, maps)


def maps_axis():
    return 1 if K.image_data_format() == "channels_first" else -1


def stack_of_convolutions():
    model = Sequential(name="stack")
    model.add(ZeroPadding2D(padding=(1, 2), input_shape=plane(13, 11, 3)))
    model.add(Conv2D(5, (3, 2), activation="relu", name="conv1_1"))
    model.add(Conv2D(filters=5, kernel_size=3, strides=2, padding="same", kernel_initializer="he_normal",
                     use_bias=False))
    model.add(MaxPooling2D(pool_size=2))
    model.add(BatchNormalization(axis=maps_axis(), epsilon=2e-5, scale=False))
    model.add(Conv2D(7, 2, dilation_rate=(1, 2), data_format="channels_last" if maps_axis() < 0 else None))
    model.add(Dropout(0.25))
    model.add(Flatten())
    model.add(Dense(17, activation=keras.activations.tanh))
    model.add(Dense(units=4, activation="softmax", kernel_regularizer=keras.regularizers.l2(1e-4)))
    return model


def words_of_keras1():
    return Sequential([
        layers.Convolution2D(5, 3, 2, border_mode="same", subsample=(2, 1), activation="relu",
                             input_shape=plane(13, 11, 3)),
        layers.MaxPooling2D((2, 2), border_mode="same"),
        layers.Conv2D(4, 3, nb_col=2, init="normal", bias=False),
        layers.Flatten(),
        layers.Dense(output_dim=4, init="uniform", W_regularizer=keras.regularizers.l2(0.1)),
        layers.Dropout(p=0.5),
        layers.Dense(2),
    ])


def all_of_two_axes():
    model = Sequential()
    model.add(Conv2DTranspose(4, (3, 2), strides=(2, 3), padding="same", input_shape=plane(6, 5, 3)))
    model.add(UpSampling2D(size=(2, 1)))
    model.add(Cropping2D(cropping=((1, 2), (3, 0))))
    model.add(ZeroPadding2D(((1, 0), (2, 3))))
    model.add(ReLU(max_value=6.0))
    model.add(LocallyConnected2D(3, (5, 4), strides=(3, 4), activation="sigmoid"))
    model.add(AveragePooling2D((1, 2), strides=1, padding="same"))
    model.add(MaxPool2D((2, 1)))
    model.add(GlobalMaxPool2D())
    model.add(GaussianDropout(0.3))
    return model


def separable():
    image = Input(shape=plane(13, 11, 3))
    x = DepthwiseConv2D((3, 2), strides=2, padding="same", depth_multiplier=2, use_bias=False)(image)
    x = SeparableConv2D(5, (2, 3), depth_multiplier=2, activation="relu")(x)
    return Model(inputs=image, outputs=GlobalAveragePooling2D()(x))


def sequences():
    words = Input(shape=(12,), dtype="int32", name="words")
    x = Embedding(input_dim=31, output_dim=6)(words)
    x = SpatialDropout1D(0.2)(x)
    x = Conv1D(8, 3, padding="causal", dilation_rate=2)(x)
    x = MaxPooling1D(2)(x)
    x = Bidirectional(layers.GRU(5, return_sequences=True, recurrent_dropout=0.1), merge_mode="sum")(x)
    x, h, c = LSTM(5, return_state=True, return_sequences=True)(x)
    y = LSTM(5, unit_forget_bias=False)(x, initial_state=[h, c])
    y = AlphaDropout(0.1)(Reshape((-1, 5))(y))
    y = Softmax(axis=-1)(y)
    return Model(words, Flatten()(y))


def maps_over_time():
    return Sequential([
        ConvLSTM2D(4, (3, 2), padding="same", return_sequences=True, input_shape=(5, *plane(7, 6, 2))),
        BatchNormalization(),
        TimeDistributed(Conv2D(3, 2, activation="relu")),
        Conv3D(2, (1, 3, 5), strides=(1, 2, 1), padding="same"),
        Flatten(),
    ])


def all_merges():
    a, b = Input((7,)), Input((7,))
    x = add([a, b])
    x = multiply([x, a], name="times")
    y = subtract([a, b])
    z = average([x, y])
    z = maximum([z, a, b])
    p = concatenate([x, y, z], axis=-1)
    q = Dot(axes=1, normalize=True)([a, b])
    r = Concatenate(axis=1)([p, q])
    s = Add()([x, y])
    return Model(inputs=[a, b], outputs=[r, s])


def residual():
    image = Input(shape=plane(13, 11, 3))
    x = Conv2D(4, 3, padding="same")(image)
    for number in range(3):
        y = BatchNormalization(axis=maps_axis(), name="bn_" + str(number))(x)
        y = Activation("relu")(y)
        y = Conv2D(4, (3, 3), padding="same")(y)
        if number == 1:
            x = Conv2D(4, (1, 1), strides=(2, 2))(x)
            y = MaxPooling2D((2, 2), padding="same")(y)
        x = layers.add([x, y])
    x = GlobalAveragePooling2D()(x)
    return Model(inputs=image, outputs=Dense(3)(x), name="residual")


def shared_at_two_depths():
    left, right = Input((7,)), Input((7,))
    shared = Dense(7, name="shared")
    x = Dense(7)(left)
    x = shared(x)
    y = shared(right)
    z = shared(x)
    return Model([left, right], concatenate([x, y, z]))


def models_inside():
    encoder = Sequential()
    encoder.add(Conv2D(4, 3, input_shape=plane(13, 11, 3)))
    encoder.add(Flatten())
    inner_input = Input((6,))
    inner = Model(inner_input, Dense(5)(inner_input), name="inner")
    image, other = Input(shape=plane(13, 11, 3)), Input(shape=plane(13, 11, 3))
    x = add([encoder(image), encoder(other)])
    return Model([image, other], inner(Dense(6)(x)))


def model_at_the_head():
    base = Sequential([Conv2D(4, 3, input_shape=plane(13, 11, 3)), MaxPooling2D()])
    return Sequential([base, Flatten(), Dense(3)])


def continued():
    image = Input(shape=plane(13, 11, 3))
    base = Model(image, Dense(9, name="fc")(Flatten()(Conv2D(4, 3, name="conv")(image))))
    base.get_layer("conv").trainable = False
    x = base.get_layer("fc").output
    x = Dense(2)(x)
    return Model(inputs=base.input, outputs=[x, base.layers[1].output])


BUILDERS = [
    stack_of_convolutions, words_of_keras1, all_of_two_axes, separable, sequences, maps_over_time, all_merges,
    residual, shared_at_two_depths, models_inside, model_at_the_head, continued,
]  # fmt: skip
