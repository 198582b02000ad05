using QDiff.Engine.Noise;

namespace QDiff.Engine.Mitigation;

/// <summary>Measures the readout errors of a device by preparing basis states and reading them.</summary>
public static class ReadoutCalibration
{
    /// <summary>
    /// A confusion matrix for every qubit by itself, from two circuits: all qubits in |0⟩, all in |1⟩. Errors that depend on the neighbours' bits are
    /// not seen.
    /// </summary>
    /// <param name="device">What is calibrated.</param>
    /// <param name="shots">Shots of each circuit; the standard error of a probability p is √(p(1 − p)/shots).</param>
    /// <exception cref="ArgumentException">The shots are out of range, or the device's counts do not add up.</exception>
    public static ReadoutNoise Tensored(IReadoutDevice device, int shots)
    {
        ArgumentNullException.ThrowIfNull(device);
        Guard.Shots(shots);
        int n = device.QubitCount;
        double[] ones = SharesOfOnes(device, 0, shots), onesOfOnes = SharesOfOnes(device, (int)((1L << n) - 1), shots);
        return new ReadoutNoise(n, [.. Enumerable.Range(0, n).Select(q => new ReadoutGroup(ReadoutError.FromFlips(ones[q], 1 - onesOfOnes[q]), [q]))]);
    }

    /// <summary>The confusion matrix of all qubits together, from 2^n circuits: every correlation is seen.</summary>
    /// <param name="device">What is calibrated: 1-6 qubits.</param>
    /// <param name="shots">Shots of each circuit.</param>
    /// <exception cref="ArgumentException">There are more than six qubits, the shots are out of range, or the device's counts do not add up.</exception>
    public static ReadoutNoise Full(IReadoutDevice device, int shots)
    {
        ArgumentNullException.ThrowIfNull(device);
        Guard.Shots(shots);
        Guard.FullCalibration(device.QubitCount);
        int size = 1 << device.QubitCount;
        var confusion = new double[size, size];
        for (int prepared = 0; prepared < size; prepared++)
        {
            foreach (var (read, count) in Counted(device, prepared, shots))
            {
                confusion[prepared, read] = (double)count / shots;
            }
        }

        return new ReadoutNoise(device.QubitCount, [new ReadoutGroup(new ReadoutError(confusion), [.. Enumerable.Range(0, device.QubitCount)])]);
    }

    private static double[] SharesOfOnes(IReadoutDevice device, int prepared, int shots)
    {
        var ones = new double[device.QubitCount];
        foreach (var (read, count) in Counted(device, prepared, shots))
        {
            for (int q = 0; q < ones.Length; q++)
            {
                ones[q] += ((read >> q) & 1) * count;
            }
        }

        return [.. ones.Select(count => count / shots)];
    }

    private static SortedDictionary<int, int> Counted(IReadoutDevice device, int prepared, int shots)
    {
        var counts = device.Measure(prepared, shots);
        Guard.DeviceCounts(counts, device.QubitCount, shots);
        return counts;
    }
}
