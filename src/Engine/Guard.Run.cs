using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void PlanRun<T>(Plan plan, Bindings<T> bindings, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        Bindings(bindings, batch, plan.Circuit.TrainableCount, plan.Circuit.InputCount);
    }

    public static void PlanRead<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, int values, StateVectorBatch<T>? initial)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PlanRun(plan, bindings, batch);
        ReadoutFits(readout, plan.Circuit.QubitCount);
        Length(nameof(values), values, (long)batch * readout.Count, "batch × readout");
        if (initial is not null)
        {
            Register(plan.Circuit.QubitCount, initial.QubitCount);
            InitialBatch(batch, initial.Batch);
        }
    }

    public static void Bindings<T>(Bindings<T> bindings, int batch, int trainables, int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Batch(batch);
        BindingLengths(bindings.Parameters.Length, bindings.Inputs.Length, trainables, inputs, batch);
        FiniteBindings(bindings.Parameters, bindings.Inputs, inputs);
    }

    public static void BackwardRun<T>(
        int batch, Readout readout, int trainables, int inputs, ReadOnlySpan<T> cotangents, long parameterGradients, long inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BackwardLengths(batch, readout, trainables, inputs, cotangents.Length, parameterGradients, inputGradients);
        FiniteCotangents(cotangents, readout.Count);
    }

    public static void BackwardLengths(
        int batch, Readout readout, int trainables, int inputs, long cotangents, long parameterGradients, long inputGradients)
    {
        Length(nameof(cotangents), cotangents, (long)batch * readout.Count, "batch × readout");
        Length(nameof(parameterGradients), parameterGradients, trainables, "trainable parameters");
        if (inputGradients > 0)
        {
            Length(nameof(inputGradients), inputGradients, (long)batch * inputs, "batch × inputs");
        }
    }

    public static void BindingLengths(long parameters, long inputs, int trainableCount, int inputCount, int batch)
    {
        if (parameters != trainableCount)
        {
            throw new ArgumentException($"The circuit has {trainableCount} trainable parameter(s); got {parameters} value(s).", nameof(parameters));
        }

        if (inputs != (long)inputCount * batch)
        {
            throw new ArgumentException(
                $"The circuit reads {inputCount} input(s) for each of {batch} sample(s), {(long)inputCount * batch} in all; got {inputs}.", nameof(inputs));
        }
    }

    public static void FiniteBindings<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, int inputCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int index = FirstNotFinite(parameters);
        if (index >= 0)
        {
            throw new ArgumentException($"Trainable parameter {index} must be finite; got {parameters[index]}.", nameof(parameters));
        }

        index = FirstNotFinite(inputs);
        if (index >= 0)
        {
            throw new ArgumentException($"Input {index % inputCount} of sample {index / inputCount} must be finite; got {inputs[index]}.", nameof(inputs));
        }
    }

    public static void Register(int planQubits, int stateQubits)
    {
        if (planQubits != stateQubits)
        {
            throw new ArgumentException($"The circuit has {planQubits} qubits and the states have {stateQubits}; both must be the same.");
        }
    }

    public static void InitialBatch(int batch, int stateBatch)
    {
        if (batch != stateBatch)
        {
            throw new ArgumentException($"The run is of {batch} sample(s) and the initial states are {stateBatch}; both must be the same.");
        }
    }

    public static void ReadoutFits(Readout readout, int qubits)
    {
        ArgumentNullException.ThrowIfNull(readout);
        if (readout.IsBorn ? readout.BornQubits != qubits : readout.HighestQubit >= qubits)
        {
            throw new ArgumentException(readout.IsBorn
                ? $"The readout is of {readout.BornQubits} qubits and the register has {qubits}; both must be the same."
                : $"The readout asks for qubit {readout.HighestQubit}, which is outside this {qubits}-qubit register (valid: 0-{qubits - 1}).", nameof(readout));
        }
    }

    public static void Length(string name, long got, long needed, string shape)
    {
        if (got != needed)
        {
            throw new ArgumentException($"'{name}' must have {needed} entries ({shape}); got {got}.", name);
        }
    }

    public static void FiniteCotangents<T>(ReadOnlySpan<T> cotangents, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int index = FirstNotFinite(cotangents);
        if (index >= 0)
        {
            throw new ArgumentException($"Cotangent {index % count} of sample {index / count} must be finite; got {cotangents[index]}.", nameof(cotangents));
        }
    }

    public static void TapeOwner(bool own)
    {
        if (!own)
        {
            throw new ArgumentException("The tape was made by another backend; use the backend whose Forward made it.", "tape");
        }
    }

    public static LaneWidth LaneWidth(LaneWidth width)
    {
        if (!Enum.IsDefined(width))
        {
            throw new ArgumentOutOfRangeException(nameof(width), $"A lane width is 512, 256, 128 or scalar; got {(int)width}.");
        }

        if (width > CpuBackend.Widest)
        {
            throw new ArgumentException($"This processor runs vectors up to {CpuBackend.Widest}; got {width}, so choose a narrower one.", nameof(width));
        }

        return width;
    }

    public static int Threads(int threads)
    {
        if (threads is < 1 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), $"The CPU backend uses 1-1024 threads; got {threads}.");
        }

        return threads;
    }

    private static int FirstNotFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // x·0 is 0 for every finite x and NaN otherwise: one vector test for the usual case.
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var sum = Vector<T>.Zero;
            for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                sum += new Vector<T>(values[i..]) * Vector<T>.Zero;
            }

            if (!Vector.EqualsAll(sum, Vector<T>.Zero))
            {
                i = 0;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
