"""Run by one Keras: open every h5 of a folder, predict, compare with the stored answers; leaves WHO.PART.results.

Works on Python 3.6 (Keras 2.3.1 on TensorFlow 1.15) as on today's. See convert_zoo.py for how it is started.
"""

import glob
import json
import os
import sys
import warnings

import numpy as np


def opener(who):
    """load_model, and what clears the session between two models."""
    if who == "tf-keras":
        import tf_keras as keras
    else:
        import keras
    return keras.__version__, keras.models.load_model, keras.backend.clear_session


def answer(model, feeds):
    """Without compiling anything where Keras can: 231 models are many."""
    if keras_of(model).startswith("2.3"):
        return model.predict(feeds)
    found = model(feeds, training=False)
    return [np.asarray(one) for one in (found if isinstance(found, (list, tuple)) else [found])]


def keras_of(model):
    return sys.modules[type(model).__module__.split(".")[0]].__version__


def outcome(load, path, io):
    """The largest difference to the stored answers; how the file opened with the way it was trained."""
    told = {}
    try:
        model = load(path, compile=False)
        feeds = [io[name] for name in sorted(io.files) if name.startswith("x")]
        found = answer(model, feeds if len(feeds) > 1 else feeds[0])
        found = list(found) if isinstance(found, (list, tuple)) else [found]
        wanted = [io[name] for name in sorted(io.files) if name.startswith("y")]
        same = len(found) == len(wanted) and all(a.shape == b.shape for a, b in zip(found, wanted))
        errors = [float(np.max(np.abs(np.asarray(a, np.float64) - b))) for a, b in zip(found, wanted)]
        told["max_abs"] = max(errors) if same else None
    except Exception as problem:
        told["error"] = " ".join(str(problem).split())[:200]
    return told


def compiled(load, path):
    """Whether the file opens as it was trained, optimizer's state and all."""
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        try:
            load(path)
        except Exception as problem:
            return "error: " + " ".join(str(problem).split())[:200]
    lost = [str(one.message) for one in met if "optimizer" in str(one.message).lower()]
    return "without state: " + lost[0][:150] if lost else "yes"


def main(folder, who, every, part, parts):
    """every: so many files are opened compiled too. part of parts: for several processes side by side."""
    version, load, clear = opener(who)
    target = os.path.join(folder, "%s.%d.results" % (who, part))
    results = {}
    if os.path.exists(target):  # a run that was broken off goes on
        with open(target) as file:
            results = json.load(file)["results"]
    for number, path in enumerate(sorted(glob.glob(os.path.join(folder, "*.h5")))):
        name = os.path.basename(path)[:-3]
        if number % parts != part or name in results:
            continue
        with np.load(path[:-3] + ".npz") as io:
            results[name] = outcome(load, path, io)
        if number // parts % every == 0:
            results[name]["compiled"] = compiled(load, path)
        clear()
        print(name, results[name])
        sys.stdout.flush()
        with open(target, "w") as file:
            json.dump({"who": who, "version": version, "results": results}, file, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *[int(word) for word in sys.argv[3:6]])
