using System.Globalization;
using System.Text;
using QDiff.Engine.Chips;

namespace QDiff.Engine.Tests.Chips;

/// <summary>Small chips written in the format of a calibration file.</summary>
internal static class TestChips
{
    // 1 - 2 - 3
    //     |   |
    // 7   4 - 5   6
    public const string Text = """
        {
          "chip": "tiny", "calibration_time": "yesterday", "num_qubits": 7, "num_connections": 5,
          "profiles": {
            "1": { "single_gate_fidelity": 0.999, "readout_fidelity": [0.95, 0.9], "two_gate_fidelities": { "2": 0.97 }, "t1_us": 20, "t2star_us": 10 },
            "2": { "single_gate_fidelity": 0.998, "readout_fidelity": [0.9, 0.9], "two_gate_fidelities": { "1": 0.97, "3": 0.96, "4": 0.98 }, "t1_us": 20, "t2star_us": 10 },
            "3": { "single_gate_fidelity": 0.997, "readout_fidelity": [0.99, 0.97], "two_gate_fidelities": { "2": 0.96, "5": 0.95 }, "t1_us": 20, "t2star_us": 10 },
            "4": { "single_gate_fidelity": 0.999, "readout_fidelity": [0.9, 0.8], "two_gate_fidelities": { "2": 0.98, "5": 0.99 }, "t1_us": 20, "t2star_us": 10 },
            "5": { "single_gate_fidelity": 0.999, "readout_fidelity": [0.9, 0.9], "two_gate_fidelities": { "3": 0.95, "4": 0.99 }, "t1_us": 20, "t2star_us": 10 },
            "6": { "single_gate_fidelity": 0.999, "readout_fidelity": [0.9, 0.9], "two_gate_fidelities": {}, "t1_us": 20, "t2star_us": 10 },
            "7": { "single_gate_fidelity": 0.999, "readout_fidelity": [0.9, 0.9], "two_gate_fidelities": {}, "t1_us": 20, "t2star_us": 10 }
          },
          "topology": { "1": ["2"], "2": ["1", "3", "4"], "3": ["2", "5"], "4": ["2", "5"], "5": ["3", "4"] }
        }
        """;

    public static ChipProfile Tiny { get; } = ChipProfile.Parse(Text);

    /// <summary>A chip of given couplings with random fidelities.</summary>
    public static ChipProfile Random(int seed, int qubits, params (int First, int Second)[] couplings)
    {
        var random = new Random(seed);
        double[] fidelities = [.. couplings.Select(_ => 0.9 + 0.1 * random.NextDouble())];
        var text = new StringBuilder("{\"chip\": \"random\", \"profiles\": {");
        for (var qubit = 0; qubit < qubits; qubit++)
        {
            var pairs = couplings.Select((pair, i) => (pair, i)).Where(entry => entry.pair.First == qubit || entry.pair.Second == qubit)
                .Select(entry => string.Create(
                    CultureInfo.InvariantCulture, $"\"{entry.pair.First + entry.pair.Second - qubit}\": {fidelities[entry.i]}"));
            text.Append(CultureInfo.InvariantCulture, $"{(qubit == 0 ? "" : ",")}\"{qubit}\": {{\"single_gate_fidelity\": 0.999, \"readout_fidelity\": [")
                .Append(CultureInfo.InvariantCulture, $"{0.8 + 0.2 * random.NextDouble()}, {0.8 + 0.2 * random.NextDouble()}], ")
                .Append(CultureInfo.InvariantCulture, $"\"two_gate_fidelities\": {{{string.Join(',', pairs)}}}, \"t1_us\": 10, \"t2star_us\": 10}}");
        }

        return ChipProfile.Parse(text.Append("}}").ToString());
    }
}
