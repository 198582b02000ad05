using System.Runtime.CompilerServices;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Noise;

/// <summary>
/// The von Mises-Fisher distribution on the unit sphere S²: density ∝ exp(κ μ·x), mean A(κ) μ with A(κ) = coth κ − 1/κ.
/// With A(κ) = 1 − p its mean is exactly what the depolarizing channel of strength p makes of the Bloch vector μ,
/// while every draw is a pure state.
/// </summary>
/// <remarks>
/// The component along μ is drawn by its inverse distribution function, w = 1 + ln(u + (1−u) e^{−2κ})/κ, written as
/// 1 − w = −log1p(v·expm1(−2κ))/κ with v = 1 − u, which keeps all digits for every κ in [0, ∞); the part across uses
/// sin = √((1−w)(1+w)) and the frame of Duff et al., which is stable for every direction.
/// Sources: Fisher 1953; Jakob, "Numerically stable sampling of the von Mises-Fisher distribution on S²", 2012;
/// Duff et al., "Building an orthonormal basis, revisited", JCGT 2017 (docs/references.md: Fisher1953, Jakob2012, Duff2017).
/// </remarks>
public static class VonMisesFisher
{
    private const int VectorsPerChunk = 1024;

    // Above this κ, coth κ = 1 in double precision (2 e^{−2κ} < 2^−53), so that A(κ) = 1 − 1/κ.
    private const double Asymptotic = 19.0;

    /// <summary>Mean resultant length A(κ) = coth κ − 1/κ.</summary>
    /// <param name="kappa">κ in [0, ∞].</param>
    /// <returns>A value in [0, 1], to a few units in the last place.</returns>
    /// <exception cref="ArgumentOutOfRangeException">κ is negative or not a number.</exception>
    public static double MeanLength(double kappa)
    {
        Guard.Kappa(kappa);
        if (kappa < 1)
        {
            // κ/(3 + κ²/(5 + κ²/(7 + …))): the difference coth κ − 1/κ would lose every digit as κ → 0.
            var square = kappa * kappa;
            var tail = 23.0;
            for (var odd = 21; odd >= 3; odd -= 2)
            {
                tail = odd + square / tail;
            }

            return kappa / tail;
        }

        var twoTail = kappa > Asymptotic ? 0 : 2 / (Math.Exp(2 * kappa) - 1);
        return 1 - 1 / kappa + twoTail;
    }

    /// <summary>The concentration κ whose mean length is given: the inverse of <see cref="MeanLength"/>.</summary>
    /// <param name="meanLength">α in [0, 1).</param>
    /// <returns>κ with |A(κ) − α| at rounding error; 3α + O(α³) for small α and 1/(1 − α) towards 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">α is outside [0, 1).</exception>
    public static double Concentration(double meanLength)
    {
        Guard.MeanLength(meanLength);
        if (meanLength == 0)
        {
            return 0;
        }

        if (1 - meanLength < 1 / Asymptotic)
        {
            return 1 / (1 - meanLength);
        }

        // Newton from Banerjee's rational guess, which is within 5 %; A is increasing and concave, so this cannot overshoot below 0.
        var kappa = meanLength * (3 - meanLength * meanLength) / (1 - meanLength * meanLength);
        for (var step = 0; step < 8; step++)
        {
            var next = kappa - (MeanLength(kappa) - meanLength) / MeanLengthSlope(kappa);
            var moved = Math.Abs(next - kappa);
            kappa = next;
            if (moved <= 1e-15 * kappa)
            {
                break;
            }
        }

        return kappa;
    }

    /// <summary>
    /// Draws directions: row i of <paramref name="output"/> is distributed as vMF(row i of <paramref name="mean"/>, κ_i).
    /// Row i belongs to sample firstSample + i / vectorsPerSample and is its vector i mod vectorsPerSample;
    /// its value depends on (seed, stream, sample, vector, mean, κ) alone.
    /// </summary>
    /// <param name="mean">[count, 3] mean directions of any positive length; where κ = 0 any finite values.</param>
    /// <param name="kappa">κ ≥ 0: one value for all, one per sample, or one per vector. 0 is the uniform distribution.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Which use of randomness this is (the operation of <see cref="CounterRandom"/>).</param>
    /// <param name="firstSample">Number within the run of the sample that row 0 belongs to.</param>
    /// <param name="output">[count, 3] unit vectors; may be the memory of <paramref name="mean"/>.</param>
    /// <param name="vectorsPerSample">Rows that belong to one sample (10 for the Bloch vectors of 10 qubits).</param>
    /// <exception cref="ArgumentException">Sizes do not agree, a κ is negative or not finite, or a mean has no direction.</exception>
    /// <remarks>Two vectors per Philox block; about 60-80 ns a vector on one core, split over the cores from 1024 vectors on.</remarks>
    public static unsafe void Sample(
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> kappa,
        ulong seed,
        ulong stream,
        long firstSample,
        Span<float> output,
        int vectorsPerSample = 1)
    {
        var (count, samples) = Guard.DirectionSizes(mean.Length, kappa.Length, output.Length, vectorsPerSample);
        Guard.SampleNumbers(firstSample, samples);
        if (count == 0)
        {
            return;
        }

        var vectorsPerKappa = kappa.Length == 1 ? count : count / kappa.Length;
        fixed (float* meanPointer = mean, kappaPointer = kappa, outputPointer = output)
        {
            var job = new SampleJob(meanPointer, kappaPointer, outputPointer, vectorsPerSample, vectorsPerKappa, seed, stream, firstSample);
            var samplesPerChunk = Math.Max(1, VectorsPerChunk / vectorsPerSample);
            var chunks = (int)((samples + samplesPerChunk - 1) / samplesPerChunk);
            var failures = new int[chunks];
            void RunChunk(int chunk)
            {
                var first = chunk * samplesPerChunk;
                failures[chunk] = job.Run(first, Math.Min(first + samplesPerChunk, samples));
            }

            if (chunks == 1)
            {
                RunChunk(0);
            }
            else
            {
                Parallel.For(0, chunks, RunChunk);
            }

            foreach (var failure in failures)
            {
                if (failure >= 0)
                {
                    Guard.BadDirection(failure, mean.Slice(3 * failure, 3), kappa[failure / vectorsPerKappa]);
                }
            }
        }
    }

    /// <summary>
    /// The random numbers behind <see cref="Sample"/>, for whoever computes the directions elsewhere: for every vector the uniform v of its
    /// component along the mean, then cosine and sine of its turn about the mean.
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Which use of randomness this is.</param>
    /// <param name="firstSample">Number within the run of the sample that row 0 belongs to.</param>
    /// <param name="output">[count, 3]: v in (0, 1], cos, sin; overwritten.</param>
    /// <param name="vectorsPerSample">Rows that belong to one sample.</param>
    /// <exception cref="ArgumentException">Sizes do not agree.</exception>
    public static void Chances(ulong seed, ulong stream, long firstSample, Span<float> output, int vectorsPerSample = 1)
    {
        var (_, samples) = Guard.DirectionSizes(output.Length, 1, output.Length, vectorsPerSample);
        Guard.SampleNumbers(firstSample, samples);
        for (var sample = 0; sample < samples; sample++)
        {
            var random = new CounterRandom(seed, firstSample + sample, stream);
            PhiloxBlock block = default;
            for (var vector = 0; vector < vectorsPerSample; vector++)
            {
                var (v, turn) = Uniforms(random, vector, ref block);
                var row = output.Slice(3 * (sample * vectorsPerSample + vector), 3);
                var (sin, cos) = Math.SinCos(2 * Math.PI * turn);
                (row[0], row[1], row[2]) = ((float)v, (float)cos, (float)sin);
            }
        }
    }

    // Two vectors share a block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double V, double Turn) Uniforms(CounterRandom random, int vector, ref PhiloxBlock block)
    {
        var second = (vector & 1) != 0;
        if (!second)
        {
            block = random.Block(vector >> 1);
        }

        return (Uniform32(second ? block.Word2 : block.Word0), Uniform32(second ? block.Word3 : block.Word1));
    }

    // The centre of one of 2^32 cells of (0, 1), in double.
    private static double Uniform32(uint word) => (word + 0.5) * (1.0 / (1L << 32));

    /// <summary>1 − w for the component w along the mean direction, from a uniform v in (0, 1) and expm1(−2κ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double OneMinusCosine(double kappa, double expm1OfMinusTwoKappa, double v)
    {
        if (kappa == 0)
        {
            return 2 * v;
        }

        // Kahan's log1p: exact where 1 + x rounds. The quotient is within (0, 2) up to rounding.
        var x = v * expm1OfMinusTwoKappa;
        var sum = 1 + x;
        var log1P = sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
        return Math.Clamp(-log1P / kappa, 0, 2);
    }

    /// <summary>exp(−2κ) − 1 = −2 e^{−κ} sinh κ, without cancellation for small κ; −1 to the last digit above κ = 20.</summary>
    internal static double Expm1OfMinusTwo(double kappa) => kappa > 20 ? -1 : -2 * Math.Exp(-kappa) * Math.Sinh(kappa);

    private static double MeanLengthSlope(double kappa)
    {
        // A' = 1/κ² − 1/sinh² κ = 1 − A² − 2A/κ, which cancels for small κ: there 1/3 − κ²/15 + 2κ⁴/189 is used.
        // The slope sets the speed of the Newton iteration only, not where it ends.
        if (kappa < 0.1)
        {
            var square = kappa * kappa;
            return 1.0 / 3 - square / 15 + 2 * square * square / 189;
        }

        var length = MeanLength(kappa);
        return 1 - length * length - 2 * length / kappa;
    }

    private readonly unsafe struct SampleJob(
        float* mean, float* kappa, float* output, int vectorsPerSample, int vectorsPerKappa, ulong seed, ulong stream, long firstSample)
    {
        // Returns the first row that cannot be sampled, or −1.
        public int Run(int firstOfChunk, int endOfChunk)
        {
            var lastKappa = float.NaN;
            var expm1 = 0.0;
            for (var sample = firstOfChunk; sample < endOfChunk; sample++)
            {
                var random = new CounterRandom(seed, firstSample + sample, stream);
                PhiloxBlock block = default;
                for (var vector = 0; vector < vectorsPerSample; vector++)
                {
                    var row = sample * vectorsPerSample + vector;
                    var concentration = kappa[row / vectorsPerKappa];
                    if (concentration != lastKappa)
                    {
                        if (!(concentration >= 0) || float.IsInfinity(concentration))
                        {
                            return row;
                        }

                        lastKappa = concentration;
                        expm1 = Expm1OfMinusTwo(concentration);
                    }

                    var (v, turn) = Uniforms(random, vector, ref block);
                    if (!Draw(mean + 3 * (long)row, concentration, expm1, v, turn, output + 3 * (long)row))
                    {
                        return row;
                    }
                }
            }

            return -1;
        }

        private static bool Draw(float* mean, double kappa, double expm1, double v, double turn, float* output)
        {
            double x = mean[0], y = mean[1], z = mean[2];
            var length = Math.Sqrt(x * x + y * y + z * z);
            if (!double.IsFinite(length) || (length == 0 && kappa > 0))
            {
                return false;
            }

            if (length == 0)
            {
                (x, y, z, length) = (0, 0, 1, 1);
            }

            (x, y, z) = (x / length, y / length, z / length);
            var along = OneMinusCosine(kappa, expm1, v);
            var across = Math.Sqrt(along * (2 - along));
            var (sin, cos) = Math.SinCos(2 * Math.PI * turn);
            var (p, q, w) = (across * cos, across * sin, 1 - along);

            // Duff et al. 2017: an orthonormal frame (b1, b2, mean) without a singular direction.
            var sign = Math.CopySign(1, z);
            var a = -1 / (sign + z);
            var b = x * y * a;
            output[0] = (float)(p * (1 + sign * x * x * a) + q * b + w * x);
            output[1] = (float)(p * sign * b + q * (sign + y * y * a) + w * y);
            output[2] = (float)(-p * sign * x - q * y + w * z);
            return true;
        }
    }
}
