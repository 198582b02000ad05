#!/usr/bin/env bash
# Measures this project on a GPU, in one go and in under eight minutes, and keeps what it found under bench/results.
set -u -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
device=cuda
minutes=8
out=
published=
publish_only=
torch=package
train=yes

usage() {
    cat <<'TEXT'
Measures this project on a GPU and keeps the results.

  bench/gpu.sh                     build, then measure (needs the .NET 10 SDK and the packages ILGPU and TorchSharp-cuda-linux)
  bench/gpu.sh --publish DIR       build only: DIR is self-contained, copy it to any x64 Linux with an NVIDIA driver and type DIR/gpu.sh there
  bench/gpu.sh --published DIR     measure with a folder that --publish made (DIR/gpu.sh does that by itself)

  --device NAME     cuda (default), cuda:1, opencl, or ilgpu-cpu to try the script where no GPU is
  --minutes N       what is not done after N minutes is left out and named (default 8; building does not count)
  --out DIR         where results go (default: bench/results/<date>-<device's model>)
  --portable-torch  tensors from this project's own CPU library instead of TorchSharp's 6 GB; training on the GPU is then left out
  --no-train        leave training out
  --help            this text

What runs: `qdiff devices`; W1, W2, W4 at batch 65,536; W3 with 10 qubits at batch 16; W5 to 30 qubits; the backends' contract tests on the device; `qdiff train --preset full`
(on the MNIST files that --publish found in $QDIFF_DATA or ./data); the same W1 and W2 in PyTorch, if python3 has one for the device. Results: machine.txt,
results.jsonl (one line for each figure with its command, commit and floors), the full output of every step, and summary.md.
TEXT
}

fail() {
    echo "gpu.sh: $1" >&2
    exit "${2:-2}"
}

while (($# > 0)); do
    case $1 in
        --device | --minutes | --out | --published | --publish)
            (($# > 1)) || fail "'$1' needs a value; see --help."
            case $1 in
                --device) device=$2 ;;
                --minutes) minutes=$2 ;;
                --out) out=$2 ;;
                --published) published=$2 ;;
                --publish) publish_only=$2 ;;
            esac
            shift 2
            ;;
        --portable-torch) torch=portable && shift ;;
        --no-train) train=no && shift ;;
        --help | -h) usage && exit 0 ;;
        *) fail "'$1' is no option of this script; see --help." ;;
    esac
done
[[ $minutes =~ ^[1-9][0-9]*$ ]] || fail "--minutes takes a whole number above 0; got '$minutes'."

# A folder that --publish made has this script beside the programs.
[[ -z $published && -x $here/cli/qdiff ]] && published=$here

publish() {
    local to=$1 root=$here/..
    { command -v dotnet && dotnet --list-sdks | grep '^10\.'; } > /dev/null 2>&1 \
        || fail "there is no .NET 10 SDK here; make the folder on a machine that has one (bench/gpu.sh --publish DIR) and pass it with --published DIR."
    mkdir -p "$to" || fail "cannot write to '$to'."
    to=$(cd "$to" && pwd)
    local switches=(-c Release -r linux-x64 --self-contained -nr:false -v quiet -p:Ilgpu=package "-p:Torch=$torch")
    echo "Building with ILGPU from its package and Torch=$torch ..."
    dotnet publish "$root/src/Cli" "${switches[@]}" -o "$to/cli" \
        || fail "the command line did not build, as said above; the feed must have ILGPU, and TorchSharp-cuda-linux unless --portable-torch is given." 1
    dotnet publish "$root/tests/Kernels.Tests" "${switches[@]}" -o "$to/tests" || fail "the contract tests did not build." 1
    cp -r "${BASH_SOURCE[0]}" "$here/peers" "$to/"
    {
        git -C "$root" rev-parse HEAD 2> /dev/null || echo unknown
        git -C "$root" diff --quiet HEAD 2> /dev/null || echo "(with changes that are not committed)"
    } | paste -sd' ' > "$to/commit.txt"
    echo "$torch" > "$to/torch.txt"
    local data=${QDIFF_DATA:-$root/data} folder
    for folder in "$data/mnist" "$data"; do
        if [[ -f $folder/train-images-idx3-ubyte.gz ]]; then
            mkdir -p "$to/data" && cp "$folder"/*-ubyte.gz "$to/data/"
            break
        fi
    done
    published=$to
}

if [[ -n $publish_only ]]; then
    publish "$publish_only"
    echo "Copy '$published' to the machine with the GPU and type: ./gpu.sh"
    exit 0
fi
[[ -n $published ]] || publish "$here/../runs/gpu-publish"
qdiff=$published/cli/qdiff
[[ -x $qdiff ]] || fail "'$published' holds no cli/qdiff; make the folder with bench/gpu.sh --publish DIR."
commit=$(cat "$published/commit.txt" 2> /dev/null || echo unknown)
[[ $(cat "$published/torch.txt" 2> /dev/null) == package ]] || train=no
[[ -d $published/data ]] && export QDIFF_DATA=${QDIFF_DATA:-$published/data}

SECONDS=0
devices=$(timeout 60 "$qdiff" devices --json) || fail "'qdiff devices' failed; its message is above." 1
# The list calls the first of a kind by the kind's name.
listed=${device%:0}
if [[ $devices != *"{\"name\":\"$listed\",\"available\":true"* ]]; then
    reason=$(grep -o "{\"name\":\"${listed%%:*}\",\"available\":false,\"reason\":\"[^\"]*" <<< "$devices" | sed 's/.*"reason":"//')
    fail "device '$device' is not there: ${reason:-'qdiff devices' does not list it}; nothing was measured (--device ilgpu-cpu tries the script without a GPU)."
fi
model=
driver=
if command -v nvidia-smi > /dev/null && [[ $device == cuda* ]]; then
    index=${device#cuda}
    index=${index#:}
    IFS=, read -r model driver < <(nvidia-smi -i "${index:-0}" --query-gpu=name,driver_version --format=csv,noheader 2> /dev/null)
elif [[ $device == cuda* ]]; then
    echo "gpu.sh: nvidia-smi is not there, so the driver's version is left out." >&2
fi
driver=${driver# }
label=$(tr -cs 'A-Za-z0-9\n' - <<< "${model:-$device}")
[[ -n $out ]] || out=$here/results/$(date -u +%Y-%m-%d)-${label%-}
mkdir -p "$out" || fail "cannot write to '$out'."
out=$(cd "$out" && pwd)
: > "$out/results.jsonl"

{
    echo "date:    $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    echo "device:  $device, ${model:-see below}"
    echo "driver:  ${driver:-unknown}"
    echo "commit:  $commit"
    echo "program: $("$qdiff" --version)"
    echo "system:  $(uname -sr), $(nproc) processors"
    echo "devices: $devices"
} | tee "$out/machine.txt"

# A text as JSON writes it.
quoted() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

summary=$out/summary.md
{
    echo "# ${model:-$device}, $(date -u +%Y-%m-%d), commit $commit"
    echo
    echo "Driver ${driver:-unknown}. Every line of results.jsonl has its command; floors are in the lines themselves."
    echo
    echo "| step | seconds | outcome |"
    echo "|---|---|---|"
} > "$summary"

# A step that does not stop when it is told to gets ten seconds more.
limit=$((60 * minutes - 15))
failed=0
# The most seconds that one step may have; 0 for all that are left.
most=0

note() {
    echo "| $1 | $2 | $3 |" >> "$summary"
    echo "  $1: $3 ($2 s)"
}

# keep NAME COMMAND FIGURES: a line of results.jsonl.
keep() {
    local shown=${2//$published\/cli\//}
    printf '{"step": %s, "command": %s, "device_model": %s, "driver": %s, "commit": %s, "result": %s}\n' "$(quoted "$1")" "$(quoted "${shown//$published\//}")" \
        "$(quoted "${model:-$device}")" "$(quoted "$driver")" "$(quoted "$commit")" "$3" >> "$out/results.jsonl"
}

# step NAME COMMAND...: runs what there is time for, keeps all it prints in NAME.txt, and its lines of JSON, each with command and machine, in results.jsonl.
step() {
    local name=$1 left=$((limit - SECONDS)) began=$SECONDS code line last told reason
    shift
    if ((left < 5)); then
        note "$name" 0 "left out: the $minutes minutes are over"
        failed=$((failed + 1))
        return 1
    fi
    ((most > 0 && most < left)) && left=$most
    echo "$*"
    timeout --signal=INT --kill-after=10 "$left" "$@" > "$out/$name.txt" 2> "$out/$name.err"
    code=$?
    while IFS= read -r line; do
        [[ $line == '{'*'}' ]] || continue
        keep "$name" "$*" "$line"
    done < "$out/$name.txt"
    last=$(tail -n 1 "$out/$name.txt" | cut -c 1-120 | tr '|' '/')
    reason=$(grep -v '^ *$' "$out/$name.err" | tail -n 1 | tr '|' '/')
    told=
    [[ $name == contracts* ]] && told=$last
    case $code in
        0) note "$name" $((SECONDS - began)) "done${told:+; $told}" ;;
        124 | 137 | 130) note "$name" $((SECONDS - began)) "stopped after the $left s that were left for it${last:+; $last}" ;;
        *) note "$name" $((SECONDS - began)) "failed with code $code: ${reason:-$last}" ;;
    esac
    [[ -s $out/$name.err ]] || rm -f "$out/$name.err"
    ((code == 0)) || failed=$((failed + 1))
    return "$code"
}

# contracts NAME: the fixtures of one precision; they are those of the first device of a kind.
contracts() {
    if [[ $listed == *:* ]]; then
        note "contracts-${1,}" 0 "left out: they run on the first device of a kind alone"
    else
        step "contracts-${1,}" "$published/tests/QDiff.Kernels.Tests" --device "$listed" "$1"
    fi
}

batch=65536
largest=30
if [[ $device == ilgpu-cpu ]]; then
    batch=8
    largest=6
fi
most=60
step W1 "$qdiff" bench throughput --device "$device" --batch $batch --json --explain
step W2 "$qdiff" bench gradient --device "$device" --batch $batch --json --explain
step W4 "$qdiff" bench trajectories --device "$device" --batch $batch --json --explain
step W3 "$qdiff" bench density --device "$device" --qubits $((largest < 10 ? 4 : 10)) --batch 16 --json --explain
step W5 "$qdiff" bench scaling --device "$device" --qubits 4..$largest --repeat 5 --json --explain --plot "$out/scaling.svg"
step W1-double "$qdiff" bench throughput --device "$device" --batch $((batch / 4)) --precision double --json --explain
# Without training there is time for both precisions.
[[ $train == yes ]] || most=$(((limit - SECONDS - 45) / 2))
contracts Single

if [[ $train == yes ]]; then
    # PyTorch gets its turn.
    most=$((limit - SECONDS - 40))
    run=$(mktemp -d) || fail "cannot make a folder for the run." 1
    trap 'rm -rf "$run"' EXIT
    command=("$qdiff" train --preset full --device "$device" --seed 1 --out "$run/run")
    step train-full "${command[@]}"
    for file in metrics.json log.jsonl samples/grid.png; do
        [[ -f $run/run/$file ]] && cp "$run/run/$file" "$out/train-full-${file##*/}"
    done
    [[ -f $run/run/metrics.json ]] && keep train-full "${command[*]}" "$(tr -d '\r\n' < "$run/run/metrics.json")"
else
    note train-full 0 "left out: this build has no TorchSharp, or --no-train was given"
fi

most=45
peer=cpu
[[ $device == ilgpu-cpu ]] || peer=$device
if ! command -v python3 > /dev/null; then
    note PyTorch 0 "left out: there is no python3"
elif ! timeout 60 python3 -c 'import torch' 2> /dev/null; then
    note PyTorch 0 "left out: python3 has no torch"
elif ! timeout 60 python3 -c "import torch; torch.zeros(1, device='$peer')" 2> /dev/null; then
    note PyTorch 0 "left out: python3's torch has no device '$peer'"
else
    step PyTorch python3 "$published/peers/torch_w1_w2.py" --device "$peer" --batch $batch --repeat 3
fi

most=0
contracts Double

echo "Results: $out (summary.md, results.jsonl)"
((failed == 0)) || fail "$failed of the steps did not end well; summary.md names them." 1
