using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>Contract: what does not fit together is refused with one sentence, and nothing is changed.</summary>
public abstract class RefusalContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Circuit Circuit = new CircuitBuilder(2)
        .RX(0, Parameter.Trainable(0)).RY(1, Parameter.Trainable(1)).RZ(0, Parameter.Input(0)).CNOT(0, 1).RY(0, Parameter.Input(1)).Build();

    private static readonly Plan Plan = Planner.Plan(Circuit);

    private static readonly Readout Z = Readout.Expectations(PauliString.Z(0), PauliString.Z(1));

    private static readonly T[] Two = new T[2];

    private static readonly T[] Four = new T[4];

    private static readonly T[] Six = new T[6];

    [ContractFact]
    public void Bindings_OfTheWrongLength_AreRefused()
    {
        using var states = StateVectorBatch<T>.Zero(3, 2);
        const string Parameters = "The circuit has 2 trainable parameter(s); got 4 value(s).";
        Refusal.Says(Parameters, () => Backend.Apply(Plan, new Bindings<T>(Four, Six), states));
        Refusal.Says(Parameters, () => Backend.Run(Plan, Z, new Bindings<T>(Four, Six), 3, Six));
        Refusal.Says(Parameters, () => Backend.Forward(Plan, Z, new Bindings<T>(Four, Six), 3, Six));
        const string Inputs = "The circuit reads 2 input(s) for each of 3 sample(s), 6 in all; got 4.";
        Refusal.Says(Inputs, () => Backend.Apply(Plan, new Bindings<T>(Two, Four), states));
        Refusal.Says(Inputs, () => Backend.Run(Plan, Z, new Bindings<T>(Two, Four), 3, Six));
        Refusal.Says(Inputs, () => Backend.Forward(Plan, Z, new Bindings<T>(Two, Four), 3, Six));
    }

    [ContractFact]
    public void Bindings_NotFinite_AreRefused_AndTheStatesStayAsTheyWere()
    {
        using var states = StateVectorBatch<T>.Random(3, 2, 1);
        using var before = states.Clone();
        foreach (var (bad, text) in new[] { (T.NaN, "NaN"), (T.PositiveInfinity, "Infinity") })
        {
            T[] parameters = [T.Zero, bad];
            T[] inputs = [T.Zero, T.Zero, T.Zero, T.Zero, T.Zero, bad];
            var parameterMessage = $"Trainable parameter 1 must be finite; got {text}.";
            Refusal.Says(parameterMessage, () => Backend.Apply(Plan, new Bindings<T>(parameters, Six), states));
            Refusal.Says(parameterMessage, () => Backend.Run(Plan, Z, new Bindings<T>(parameters, Six), 3, Six));
            Refusal.Says(parameterMessage, () => Backend.Forward(Plan, Z, new Bindings<T>(parameters, Six), 3, Six));
            var inputMessage = $"Input 1 of sample 2 must be finite; got {text}.";
            Refusal.Says(inputMessage, () => Backend.Apply(Plan, new Bindings<T>(Two, inputs), states));
            Refusal.Says(inputMessage, () => Backend.Run(Plan, Z, new Bindings<T>(Two, inputs), 3, Six));
            Refusal.Says(inputMessage, () => Backend.Forward(Plan, Z, new Bindings<T>(Two, inputs), 3, Six));
        }

        for (var sample = 0; sample < 3; sample++)
        {
            Comparison.AssertSameBits<T>(before.Real(sample), states.Real(sample), "states after refused calls");
        }
    }

    [ContractFact]
    public void Bindings_NotFinite_AreFoundAtEveryIndexOfLongLists()
    {
        // Long enough for vector code, its remainder and the last entry.
        const int count = 37;
        var builder = new CircuitBuilder(1);
        for (var i = 0; i < count; i++)
        {
            builder.RX(0, Parameter.Trainable(i));
        }

        var plan = Planner.Plan(builder.Build());
        for (var bad = 0; bad < count; bad++)
        {
            var parameters = new T[count];
            parameters[bad] = T.NegativeInfinity;
            Refusal.Says($"Trainable parameter {bad} must be finite; got -Infinity.", () => Backend.Run(plan, Readout.Expectations(PauliString.Z(0)), new Bindings<T>(parameters), 1, new T[1]));
        }
    }

    [ContractFact]
    public void States_OfAnotherRegisterOrBatch_AreRefused()
    {
        using var wide = StateVectorBatch<T>.Zero(3, 3);
        using var few = StateVectorBatch<T>.Zero(2, 2);
        const string Register = "The circuit has 2 qubits and the states have 3; both must be the same.";
        Refusal.Says(Register, () => Backend.Apply(Plan, new Bindings<T>(Two, Six), wide));
        Refusal.Says(Register, () => Backend.Run(Plan, Z, new Bindings<T>(Two, Six), 3, Six, wide));
        Refusal.Says(Register, () => Backend.Forward(Plan, Z, new Bindings<T>(Two, Six), 3, Six, wide));
        const string Batch = "The run is of 3 sample(s) and the initial states are 2; both must be the same.";
        Refusal.Says(Batch, () => Backend.Run(Plan, Z, new Bindings<T>(Two, Six), 3, Six, few));
        Refusal.Says(Batch, () => Backend.Forward(Plan, Z, new Bindings<T>(Two, Six), 3, Six, few));
        Refusal.Says("A batch has at least 1 sample; got 0.", () => Backend.Run(Plan, Z, new Bindings<T>(Two, []), 0, []));
        Refusal.Says("A batch has at least 1 sample; got -1.", () => Backend.Forward(Plan, Z, new Bindings<T>(Two, []), -1, []));
    }

    [ContractFact]
    public void Readouts_OfAnotherRegister_AreRefused()
    {
        using var states = StateVectorBatch<T>.Zero(3, 2);
        var outside = Readout.Expectations(PauliString.Z(0), PauliString.X(4));
        const string Outside = "The readout asks for qubit 4, which is outside this 2-qubit register (valid: 0-1).";
        Refusal.Says(Outside, () => Backend.Measure(states, outside, Six));
        Refusal.Says(Outside, () => Backend.Run(Plan, outside, new Bindings<T>(Two, Six), 3, Six));
        Refusal.Says(Outside, () => Backend.Forward(Plan, outside, new Bindings<T>(Two, Six), 3, Six));
        var born = Readout.BornProbabilities(3);
        const string Born = "The readout is of 3 qubits and the register has 2; both must be the same.";
        Refusal.Says(Born, () => Backend.Measure(states, born, new T[24]));
        Refusal.Says(Born, () => Backend.Run(Plan, born, new Bindings<T>(Two, Six), 3, new T[24]));
        Refusal.Says(Born, () => Backend.Forward(Plan, born, new Bindings<T>(Two, Six), 3, new T[24]));
    }

    [ContractFact]
    public void Spans_OfTheWrongLength_AreRefused()
    {
        using var states = StateVectorBatch<T>.Zero(3, 2);
        const string Values = "'values' must have 6 entries (batch × readout); got 4.";
        Refusal.Says(Values, () => Backend.Measure(states, Z, Four));
        Refusal.Says(Values, () => Backend.Run(Plan, Z, new Bindings<T>(Two, Six), 3, Four));
        Refusal.Says(Values, () => Backend.Forward(Plan, Z, new Bindings<T>(Two, Six), 3, Four));

        using var tape = Backend.Forward(Plan, Z, new Bindings<T>(Two, Six), 3, new T[6]);
        Refusal.Says("'cotangents' must have 6 entries (batch × readout); got 4.", () => Backend.Backward(tape, Four, Two, Six));
        Refusal.Says("'parameterGradients' must have 2 entries (trainable parameters); got 4.", () => Backend.Backward(tape, Six, new T[4], Six));
        Refusal.Says("'inputGradients' must have 6 entries (batch × inputs); got 4.", () => Backend.Backward(tape, Six, Two, new T[4]));
    }

    [ContractFact]
    public void Cotangents_NotFinite_AreRefused()
    {
        using var tape = Backend.Forward(Plan, Z, new Bindings<T>(Two, Six), 3, new T[6]);
        T[] cotangents = [T.Zero, T.Zero, T.Zero, T.NaN, T.Zero, T.Zero];
        Refusal.Says("Cotangent 1 of sample 1 must be finite; got NaN.", () => Backend.Backward(tape, cotangents, new T[2], new T[6]));
    }

    [ContractFact]
    public void Tapes_DisposedOrOfAnotherBackend_AreRefused()
    {
        var tape = Backend.Forward(Plan, Z, new Bindings<T>(Two, Six), 3, new T[6]);
        using (var other = Create(null))
        {
            Refusal.Says("The tape was made by another backend; use the backend whose Forward made it.", () => other.Backward(tape, Six, new T[2], new T[6]));
        }

        tape.Dispose();
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Backend.Backward(tape, Six, new T[2], new T[6]));
    }

    [ContractFact]
    public void Nulls_AreRefused()
    {
        using var states = StateVectorBatch<T>.Zero(3, 2);
        Assert.Throws<ArgumentNullException>(() => Backend.Apply(null!, default, states));
        Assert.Throws<ArgumentNullException>(() => Backend.Apply<T>(Plan, default, null!));
        Assert.Throws<ArgumentNullException>(() => Backend.Measure(states, null!, Six));
        Assert.Throws<ArgumentNullException>(() => Backend.Run(null!, Z, default, 3, Six));
        Assert.Throws<ArgumentNullException>(() => Backend.Forward(Plan, null!, new Bindings<T>(Two, Six), 3, Six));
        Assert.Throws<ArgumentNullException>(() => Backend.Backward<T>(null!, Six, Two, Six));
        Assert.Throws<ArgumentNullException>(() => Planner.Plan(null!));
    }
}
