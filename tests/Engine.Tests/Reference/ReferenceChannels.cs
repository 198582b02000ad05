using System.Numerics;

namespace QDiff.Engine.Tests.Reference;

/// <summary>
/// Kraus operators as the textbooks print them and maps on density matrices by their definition, in double; nothing here calls the engine.
/// </summary>
internal static class ReferenceChannels
{
    /// <summary>A map on d × d matrices.</summary>
    public delegate Complex[,] Map(Complex[,] density);

    /// <summary>What a channel of the catalog does on one qubit, from Nielsen and Chuang, section 8.3, entry by entry.</summary>
    public static Map OneQubit(string name, params double[] p) => name switch
    {
        "BitFlip" => Mix((1 - p[0], ReferenceGates.Identity), (p[0], ReferenceGates.X)),
        "PhaseFlip" => Mix((1 - p[0], ReferenceGates.Identity), (p[0], ReferenceGates.Z)),
        "BitPhaseFlip" => Mix((1 - p[0], ReferenceGates.Identity), (p[0], ReferenceGates.Y)),
        "Pauli" => Mix((1 - p[0] - p[1] - p[2], ReferenceGates.Identity), (p[0], ReferenceGates.X), (p[1], ReferenceGates.Y), (p[2], ReferenceGates.Z)),
        "Depolarizing" => Depolarize(p[0]),
        "AmplitudeDamping" => Relax(1 - p[0], Math.Sqrt(1 - p[0]), 0),
        "GeneralizedAmplitudeDamping" => Relax(1 - p[0], Math.Sqrt(1 - p[0]), p[1]),
        "PhaseDamping" => Relax(1, Math.Sqrt(1 - p[0]), 0),
        "ThermalRelaxation" => Relax(Math.Exp(-p[2] / p[0]), Math.Exp(-p[2] / p[1]), p[3]),
        "OverRotation" => Turn(p),
        "Reset" => rho => new[,]
        {
            { (1 - p[0] - p[1]) * rho[0, 0] + p[0] * (rho[0, 0] + rho[1, 1]), (1 - p[0] - p[1]) * rho[0, 1] },
            { (1 - p[0] - p[1]) * rho[1, 0], (1 - p[0] - p[1]) * rho[1, 1] + p[1] * (rho[0, 0] + rho[1, 1]) },
        },
        _ => throw new ArgumentException($"The reference does not know the channel '{name}': write its textbook form here."),
    };

    /// <summary>(1 − p) ρ + p tr(ρ) I/d on any number of qubits.</summary>
    public static Map Depolarize(double p) => rho =>
    {
        var size = rho.GetLength(0);
        Complex trace = 0;
        for (var i = 0; i < size; i++)
        {
            trace += rho[i, i];
        }

        var result = new Complex[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                result[i, j] = (1 - p) * rho[i, j] + (i == j ? p * trace / size : 0);
            }
        }

        return result;
    };

    /// <summary>Σ K ρ K†.</summary>
    public static Map OfKraus(IEnumerable<Complex[,]> operators) => rho =>
    {
        var size = rho.GetLength(0);
        var result = new Complex[size, size];
        foreach (var k in operators)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    for (var a = 0; a < size; a++)
                    {
                        for (var b = 0; b < size; b++)
                        {
                            result[i, j] += k[i, a] * rho[a, b] * Complex.Conjugate(k[j, b]);
                        }
                    }
                }
            }
        }

        return result;
    };

    /// <summary>Σ p U ρ U†.</summary>
    public static Map Mix(params (double Probability, Complex[,] Unitary)[] branches) => rho =>
    {
        var size = rho.GetLength(0);
        var result = new Complex[size, size];
        foreach (var (probability, unitary) in branches)
        {
            var image = OfKraus([unitary])(rho);
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    result[i, j] += probability * image[i, j];
                }
            }
        }

        return result;
    };

    /// <summary>What a map does to every unit matrix E_ab, as one list of real and imaginary parts: two maps are equal where these are.</summary>
    public static double[] Action(Map map, int size)
    {
        var numbers = new List<double>();
        for (var a = 0; a < size; a++)
        {
            for (var b = 0; b < size; b++)
            {
                var unit = new Complex[size, size];
                unit[a, b] = 1;
                foreach (var entry in map(unit))
                {
                    numbers.Add(entry.Real);
                    numbers.Add(entry.Imaginary);
                }
            }
        }

        return [.. numbers];
    }

    // ρ11 → s ρ11 + (1 − s) p₁ tr ρ, coherences × c.
    private static Map Relax(double survival, double coherence, double excited) => rho =>
    {
        var trace = rho[0, 0] + rho[1, 1];
        var one = survival * rho[1, 1] + (1 - survival) * excited * trace;
        return new[,] { { trace - one, coherence * rho[0, 1] }, { coherence * rho[1, 0], one } };
    };

    // cos θ/2 − i sin θ/2 (n·σ)
    private static Map Turn(double[] p)
    {
        var length = Math.Sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
        Complex c = Math.Cos(p[3] / 2), s = new(0, -Math.Sin(p[3] / 2) / length);
        return OfKraus([new[,] { { c + s * p[2], s * new Complex(p[0], -p[1]) }, { s * new Complex(p[0], p[1]), c - s * p[2] } }]);
    }
}
