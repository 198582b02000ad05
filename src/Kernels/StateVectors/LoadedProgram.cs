using System.Runtime.CompilerServices;
using QDiff.Engine.Observables;
using QDiff.Kernels.Devices;
using QDiff.Kernels.Programs;

namespace QDiff.Kernels.StateVectors;

/// <summary>A program in a device's memory; it stays there for as long as its plan is in use.</summary>
internal sealed class LoadedProgram
{
    private readonly ConditionalWeakTable<Readout, DeviceBuffer<int>> _strings = [];
    private readonly DeviceSession _session;

    public LoadedProgram(DeviceSession session, StateProgram program)
    {
        _session = session;
        Program = program;
        Passes = session.Upload<int>(program.Passes);
        Tables = session.Upload<int>(program.Tables);
        SharedEntries = session.Upload<int>(program.SharedEntries);
        RowEntries = session.Upload<int>(program.RowEntries);
        SlotTerms = session.Upload<int>(program.SlotTerms);
        SlotNumbers = session.Upload<double>(program.SlotNumbers);
        LogicalFlips = session.Upload<int>(program.LogicalFlips);
        ParameterTerms = session.Upload<int>(program.ParameterTerms.Terms);
        ParameterWeights = session.Upload<double>(program.ParameterTerms.Weights);
        InputTerms = session.Upload<int>(program.InputTerms.Terms);
        InputWeights = session.Upload<double>(program.InputTerms.Weights);
    }

    public StateProgram Program { get; }

    public DeviceBuffer<int> Passes { get; }

    public DeviceBuffer<int> Tables { get; }

    public DeviceBuffer<int> SharedEntries { get; }

    public DeviceBuffer<int> RowEntries { get; }

    public DeviceBuffer<int> SlotTerms { get; }

    public DeviceBuffer<double> SlotNumbers { get; }

    public DeviceBuffer<int> LogicalFlips { get; }

    public DeviceBuffer<int> ParameterTerms { get; }

    public DeviceBuffer<double> ParameterWeights { get; }

    public DeviceBuffer<int> InputTerms { get; }

    public DeviceBuffer<double> InputWeights { get; }

    /// <summary>The strings of a readout of this program's final states.</summary>
    public DeviceBuffer<int> Strings(Readout readout) =>
        _strings.GetValue(readout, r => _session.Upload<int>(Program.For(r).Strings));
}
