"""What stands in for a safety control that is switched off; `hazards.toml` names these.

Each takes the control itself and the module in which it stands, and returns its replacement.
Nothing of ours is imported here: a control must be replaced before anything else imports it.
"""

import contextlib
import json

import numpy as np

HUGE = 10**9


def says_nothing(_control, _home):
    return lambda *_: []


def does_nothing(_control, _home):
    return lambda *_, **__: None


def hands_on(_control, _home):
    return lambda value, *_: value


def none_of_them(_control, _home):
    return ()


def no_list(_control, _home):
    return lambda *_: []


def no_score(_control, _home):
    return lambda *_: None


def never(_control, _home):
    return lambda *_: False


def no_limit(_control, _home):
    return HUGE


def another_cause(_control, _home):
    return "tendinitis"


def no_words(_control, _home):
    return lambda *_: ""


# --- rules --------------------------------------------------------------------------------------


def without_dvt(rules, _home):
    return tuple(rule for rule in rules if rule.alert != "DVT")


def dvt_alone(rules, _home):
    return tuple(rule for rule in rules if rule.alert == "DVT")


def one_sign_is_enough(_all_of, conditions):
    return lambda *parts: conditions.AtLeast(1, parts)


def unknown_is_no(met, _conditions):
    return lambda leaf, case, unknown: met(leaf, case, unknown=False)  # noqa: ARG005


# --- requests -----------------------------------------------------------------------------------


def last_key_wins(decoder, _home):
    return json.JSONDecoder(
        parse_float=decoder.parse_float,
        parse_int=decoder.parse_int,
        parse_constant=decoder.parse_constant,
    )


def any_number(decoder, _home):
    return json.JSONDecoder(object_pairs_hook=decoder.object_pairs_hook)


def truthy_is_yes(read, _home):
    return lambda f, value: read(f, bool(value) if f.kind == "boolean" else value)


def what_fits_is_kept(_read_case, request):
    return lambda body: request._case(body, "", request.MOST_PROBLEMS)[0]


def any_length(body, predict):
    def unlimited(limit):
        predict.current_app.config[limit] = HUGE
        return body(limit)

    return unlimited


def quotes_the_value(_guess, _home):
    return lambda value, _finding: f" (not {value})"


def quotes_the_exception(_fault, problems):
    def fault(error):
        problems.current_app.logger.exception("failed")
        return problems.problem(500, str(error))

    return fault


# --- model and urgency --------------------------------------------------------------------------


def unknown_is_the_first_level(encode, _home):
    return lambda cases: np.maximum(encode(cases), 1)


def _each(opinion, model, codes):
    state = opinion._state(model.version, "ok", None)
    rows = model.predict_proba(codes)
    pairs = zip(rows.tolist(), opinion.rows_of(rows >= model.thresholds), strict=True)
    return [opinion._opinion(row, reached, model.urgencies, state) for row, reached in pairs]


def unguarded(_ask, opinion):
    def ask(model, codes):
        return _each(opinion, model, codes)

    return ask


def all_or_nothing(_ask, opinion):
    def ask(model, codes):
        try:
            return _each(opinion, model, codes)
        except Exception:
            return [opinion._silent("failed", "model_failed", model.version) for _ in codes]

    return ask


def unsigned(said, opinion):
    def without_version(row, reached, asked, _state):
        return said(row, reached, asked, opinion._state(None, "ok", None))

    return without_version


def no_reason_given(_silent, opinion):
    def silent(_status, _reason, version):
        return opinion.Opinion(opinion._state(version, "ok", None))

    return silent


def in_another_order(assess_each, _home):
    return lambda *given: reversed(list(assess_each(*given)))


def children_last(opinions, _home):
    def adults_first(codes, children, model):
        order = np.argsort(children, kind="stable")
        return opinions(codes[order], sorted(children), model)

    return adults_first


def children_are_adults(opinions, _home):
    return lambda codes, children, model: opinions(codes, [False] * len(children), model)


def each_case_asks_anew(assess_each, predict):
    def anew(cases, _model, number):
        for i in range(len(cases.codes)):
            one = cases._replace(codes=cases.codes[[i]], children=[cases.children[i]])
            yield from assess_each(one, predict.model(), number)

    return anew


def reads_all_at_once(_opened, reader):
    return lambda body: reader.loads(body)


def calm_is_enough(urgency, _home):
    return lambda rules, model, _danger_open, child: urgency(rules, model, False, child)


def the_model_has_the_last_word(urgency, _home):
    def last_word(rules, model, danger_open, child):
        return (model, "model") if model else urgency(rules, model, danger_open, child)

    return last_word


def always_calm(_ranks, home):
    return lambda rows, _model: np.full(len(rows), home.URGENCIES.index("self_care"))


# --- models on disk -----------------------------------------------------------------------------


def any_exception_through(_load, current):
    return current.load_current


def not_refusing(_refusing, _home):
    return contextlib.nullcontext


def any_content(_read_file, artifact):
    return lambda folder, name, _manifest: artifact.read(folder / name, folder.parent)


def any_manifest(read_manifest, _home):
    return lambda folder, _sha256=None: read_manifest(folder)


def of_no_vocabulary(_vocabulary, _home):
    return dict


def any_place(_read, _home):
    return lambda path, _root: path.read_bytes()


def pickles_too(load, _numpy):
    return lambda file, **options: load(file, **{**options, "allow_pickle": True})


def left_open_to_change(open_arrays, _home):
    def copied(path, content):
        return {name: array.copy() for name, array in open_arrays(path, content).items()}

    return copied


def promotes_anything(_promote, store):
    def promote(folder):
        digest = store.hashlib.sha256((folder / store.MANIFEST).read_bytes()).hexdigest()
        target = {"version": folder.name, "manifest_sha256": digest}
        (folder.parent / store.POINTER).write_text(json.dumps(target))

    return promote


def points_in_place(_point, store):
    def point(models_dir, pointer):
        before = pointer.before and pointer.before._asdict()
        stated = {**pointer.current._asdict(), "before": before}
        store._write(models_dir / store.POINTER, json.dumps(stated).encode())
        store._sync_folder(models_dir)

    return point


def keeps_the_newest_alone(_prune, store):
    def prune(models_dir, new):
        for path in models_dir.iterdir():
            if store.NAME.fullmatch(path.name) and path.name != new:
                store.shutil.rmtree(path)

    return prune


def takes_anything(_take, _home):
    return lambda _watch, found, extensions: extensions.update(model=found)


def one_digest_for_all(_digest, _home):
    return lambda *_: "0" * 64
