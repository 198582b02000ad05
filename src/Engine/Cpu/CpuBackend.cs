using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>The CPU backend.</summary>
public sealed class CpuBackend : IBackend
{
    /// <summary>Makes a backend.</summary>
    public CpuBackend(CpuOptions? options = null)
    {
        Options = options ?? new CpuOptions();
    }

    /// <summary>The choices made.</summary>
    public CpuOptions Options { get; }

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public void Apply<T>(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(states);
        CheckBindings(plan, bindings, states.Batch);
        Guard.Register(plan.Circuit.QubitCount, states.QubitCount);
        for (int s = 0; s < states.Batch; s++)
        {
            var psi = Load(states, s);
            foreach (var operation in plan.Circuit.Operations)
            {
                psi = Multiply(operation.Gate.Matrix(Values(operation, bindings, plan.Circuit.InputCount, s)), operation, psi);
            }

            for (int k = 0; k < psi.Length; k++)
            {
                states.Real(s)[k] = T.CreateChecked(psi[k].Real);
                states.Imaginary(s)[k] = T.CreateChecked(psi[k].Imaginary);
            }
        }
    }

    /// <inheritdoc/>
    public void Measure<T>(StateVectorBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.ReadoutFits(readout, states.QubitCount);
        Guard.Length(nameof(values), values.Length, (long)states.Batch * readout.Count, "batch × readout");
        for (int s = 0; s < states.Batch; s++)
        {
            Read(Load(states, s), readout, values.Slice(s * readout.Count, readout.Count));
        }
    }

    /// <inheritdoc/>
    public void Run<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Forward(plan, readout, bindings, batch, values, initial).Dispose();

    /// <inheritdoc/>
    public AdjointTape<T> Forward<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        Guard.Batch(batch);
        CheckBindings(plan, bindings, batch);
        Guard.ReadoutFits(readout, plan.Circuit.QubitCount);
        Guard.Length(nameof(values), values.Length, (long)batch * readout.Count, "batch × readout");
        var states = initial?.Clone() ?? StateVectorBatch<T>.Zero(batch, plan.Circuit.QubitCount);
        Guard.InitialBatch(batch, states.Batch);
        Apply(plan, bindings, states);
        Measure(states, readout, values);
        return new AdjointTape<T>(this, plan, readout, batch, new Record<T>(states, bindings.Parameters.ToArray(), bindings.Inputs.ToArray()));
    }

    /// <inheritdoc/>
    public void Backward<T>(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        var record = (Record<T>)tape.Payload;
        var circuit = tape.Plan.Circuit;
        Guard.Length(nameof(cotangents), cotangents.Length, (long)tape.Batch * tape.Readout.Count, "batch × readout");
        Guard.Length(nameof(parameterGradients), parameterGradients.Length, circuit.TrainableCount, "trainable parameters");
        if (inputGradients.Length > 0)
        {
            Guard.Length(nameof(inputGradients), inputGradients.Length, (long)tape.Batch * circuit.InputCount, "batch × inputs");
        }

        Guard.FiniteCotangents(cotangents, tape.Readout.Count);
        parameterGradients.Clear();
        inputGradients.Clear();
        var bindings = new Bindings<T>(record.Parameters, record.Inputs);
        for (int s = 0; s < tape.Batch; s++)
        {
            var psi = Load(record.States, s);
            var lambda = Weighted(psi, tape.Readout, cotangents.Slice(s * tape.Readout.Count, tape.Readout.Count));
            foreach (var operation in circuit.Operations.Reverse())
            {
                var values = Values(operation, bindings, circuit.InputCount, s);
                var undo = Gates.Matrices.Adjoint(operation.Gate.Matrix(values));
                psi = Multiply(undo, operation, psi);
                for (int p = 0; p < operation.Parameters.Length; p++)
                {
                    var parameter = operation.Parameters[p];
                    if (!parameter.Differentiable)
                    {
                        continue;
                    }

                    var changed = Multiply(operation.Gate.Derivative(values, p), operation, psi);
                    double sum = 0;
                    for (int k = 0; k < psi.Length; k++)
                    {
                        sum += 2 * (Complex.Conjugate(lambda[k]) * changed[k]).Real;
                    }

                    T gradient = T.CreateChecked(parameter.Scale * sum);
                    if (parameter.Kind == ParameterKind.Trainable)
                    {
                        parameterGradients[parameter.Index] += gradient;
                    }
                    else if (inputGradients.Length > 0)
                    {
                        inputGradients[s * circuit.InputCount + parameter.Index] += gradient;
                    }
                }

                lambda = Multiply(undo, operation, lambda);
            }
        }
    }

    /// <summary>Releases the backend.</summary>
    public void Dispose()
    {
    }

    private static void CheckBindings<T>(Plan plan, Bindings<T> bindings, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.BindingLengths(bindings.Parameters.Length, bindings.Inputs.Length, plan.Circuit.TrainableCount, plan.Circuit.InputCount, batch);
        Guard.FiniteBindings(bindings.Parameters, bindings.Inputs, plan.Circuit.InputCount);
    }

    private static double[] Values<T>(Operation operation, Bindings<T> bindings, int inputCount, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new double[operation.Parameters.Length];
        for (int p = 0; p < values.Length; p++)
        {
            var parameter = operation.Parameters[p];
            values[p] = parameter.Evaluate(parameter.Kind switch
            {
                ParameterKind.Trainable => double.CreateChecked(bindings.Parameters[parameter.Index]),
                ParameterKind.Input => double.CreateChecked(bindings.Inputs[sample * inputCount + parameter.Index]),
                _ => 0,
            });
        }

        return values;
    }

    private static Complex[] Load<T>(StateVectorBatch<T> states, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var psi = new Complex[states.Dimension];
        for (int k = 0; k < psi.Length; k++)
        {
            psi[k] = states.Amplitude(sample, k);
        }

        return psi;
    }

    private static Complex[] Multiply(Complex[,] matrix, Operation operation, Complex[] psi)
    {
        var result = new Complex[psi.Length];
        for (int x = 0; x < psi.Length; x++)
        {
            int row = 0, rest = x;
            for (int b = 0; b < operation.Qubits.Length; b++)
            {
                row |= ((x >> operation.Qubits[b]) & 1) << b;
                rest &= ~(1 << operation.Qubits[b]);
            }

            for (int column = 0; column < matrix.GetLength(0); column++)
            {
                int y = rest;
                for (int b = 0; b < operation.Qubits.Length; b++)
                {
                    y |= ((column >> b) & 1) << operation.Qubits[b];
                }

                result[x] += matrix[row, column] * psi[y];
            }
        }

        return result;
    }

    private static void Read<T>(Complex[] psi, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < values.Length; k++)
        {
            double sum = 0;
            if (readout.IsBorn)
            {
                sum = psi[k].Real * psi[k].Real + psi[k].Imaginary * psi[k].Imaginary;
            }
            else
            {
                for (int x = 0; x < psi.Length; x++)
                {
                    var (image, factor) = Image(readout.Strings[k], x);
                    sum += (Complex.Conjugate(psi[image]) * factor * psi[x]).Real;
                }
            }

            values[k] = T.CreateChecked(sum);
        }
    }

    private static Complex[] Weighted<T>(Complex[] psi, Readout readout, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lambda = new Complex[psi.Length];
        for (int k = 0; k < weights.Length; k++)
        {
            double weight = double.CreateChecked(weights[k]);
            if (readout.IsBorn)
            {
                lambda[k] = weight * psi[k];
                continue;
            }

            for (int x = 0; x < psi.Length; x++)
            {
                var (image, factor) = Image(readout.Strings[k], x);
                lambda[image] += weight * factor * psi[x];
            }
        }

        return lambda;
    }

    private static (int Image, Complex Factor) Image(PauliString pauli, int x)
    {
        int power = BitOperations.PopCount((uint)(pauli.XMask & pauli.ZMask)) + 2 * BitOperations.PopCount((uint)(x & pauli.ZMask));
        return (x ^ pauli.XMask, (power & 3) switch { 0 => Complex.One, 1 => Complex.ImaginaryOne, 2 => -Complex.One, _ => -Complex.ImaginaryOne });
    }

    private sealed record Record<T>(StateVectorBatch<T> States, T[] Parameters, T[] Inputs) : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Dispose() => States.Dispose();
    }
}
