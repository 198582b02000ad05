using QDiff.Engine.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// A mixture of k normal distributions with full covariances, p(x) = Σ wₖ N(x; μₖ, Σₖ): the baseline that every generative model of
/// latents has to beat. Fitted by expectation maximisation from a k-means++ start, all in double.
/// </summary>
/// <remarks>
/// With φ(x) the products xᵢxⱼ, i ≤ j, every ln(wₖ N(x; μₖ, Σₖ)) is linear in (φ(x), x, 1), and all that the next μ and Σ need
/// is linear in the shares: one iteration is four matrix products per block of rows, of 4·N·k·d(d+3)/2 operations in all,
/// on the device of the data.
/// Sources: Dempster, Laird, Rubin 1977; Arthur and Vassilvitskii 2007 (k-means++).
/// </remarks>
public sealed class GaussianMixture
{
    private const int BlockRows = 4096;
    private const int StartRows = 20_000;
    private const int StartIterations = 15;
    private const double Jitter = 1e-6; // Of the mean variance, added to every diagonal.
    private const ulong StartPurpose = 0x676D;
    private const ulong SamplePurpose = 0x6773;

    /// <summary>A mixture of the given components.</summary>
    /// <param name="components">At least one; the weights add up to 1.</param>
    /// <exception cref="ArgumentException">The sizes differ, the weights do not add up to 1, or a covariance is not positive definite.</exception>
    public GaussianMixture(IReadOnlyList<MixtureComponent> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentOutOfRangeException.ThrowIfZero(components.Count, nameof(components));
        Dimension = components[0].Mean.Length;
        if (components.Any(c => c.Mean.Length != Dimension || c.Covariance.Length != Dimension * Dimension))
        {
            throw new ArgumentException($"Every component needs a mean of {Dimension} and a covariance of {Dimension * Dimension} numbers.", nameof(components));
        }
        double total = components.Sum(c => c.Weight);
        if (components.Any(c => !(c.Weight > 0)) || Math.Abs(total - 1) > 1e-9)
        {
            throw new ArgumentException($"The weights of a mixture are positive and add up to 1; got a sum of {total}.", nameof(components));
        }
        Components = components;
        Factors = [.. components.Select(c => CholeskyFactor.Of(c.Covariance, Dimension)
            ?? throw new ArgumentException("A covariance of the mixture is not positive definite.", nameof(components)))];
    }

    /// <summary>The normal distributions.</summary>
    public IReadOnlyList<MixtureComponent> Components { get; }

    /// <summary>The number of coordinates, d.</summary>
    public int Dimension { get; }

    /// <summary>The free parameters: k − 1 weights, k·d means, k·d(d+1)/2 covariances.</summary>
    public int ParameterCount => Components.Count - 1 + (Components.Count * (Dimension + (Dimension * (Dimension + 1) / 2)));

    private CholeskyFactor[] Factors { get; }

    /// <summary>Fits a mixture to the rows of a matrix.</summary>
    /// <param name="data">[N, d] with N above k, on any device.</param>
    /// <param name="components">k, at least 1.</param>
    /// <param name="seed">Fixes the start.</param>
    /// <param name="iterations">The most iterations.</param>
    /// <param name="tolerance">Stops when an iteration gains less than this in mean log-likelihood, nats per row.</param>
    /// <param name="cancellation">Stops the fit.</param>
    /// <exception cref="ArgumentException">The data are not a matrix of more than k rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static GaussianMixture Fit(
        Tensor data, int components, ulong seed, int iterations = 100, double tolerance = 5e-4, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        if (data.dim() != 2 || data.shape[0] <= components)
        {
            throw new ArgumentException($"{components} components need data of shape [N, d] with N above {components}; got [{string.Join(", ", data.shape)}].", nameof(data));
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor rows = data.detach().to(ScalarType.Float64);
        FeatureStatistics whole = FeatureStatistics.Of(rows);
        double[] centre = [.. whole.Mean];
        // Around the mean of all data the products x·x lose least to rounding.
        Tensor centred = rows - tensor(centre, [1, centre.Length], device: rows.device);
        double jitter = Jitter * Enumerable.Range(0, centre.Length).Average(i => whole.Covariance[i * (centre.Length + 1)]);
        GaussianMixture mixture = Start(centred, components, jitter, [.. whole.Covariance], seed);
        double last = double.NegativeInfinity;
        for (int i = 0; i < iterations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            (double[] shares, double[] sums, double[] products, double likelihood) = mixture.Expect(centred);
            mixture = Maximise(shares, sums, products, mixture, centred.shape[0], jitter);
            if (likelihood - last < tolerance)
            {
                break;
            }
            last = likelihood;
        }
        return mixture.Moved(centre);
    }

    /// <summary>One normal distribution for every class of labelled rows, weighted by the class's share.</summary>
    /// <param name="data">[N, d], on any device.</param>
    /// <param name="labels">Class of every row, from 0 on.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="UserErrorException">A class has fewer than two rows.</exception>
    public static GaussianMixture OfClasses(Tensor data, ReadOnlySpan<byte> labels, int classes)
    {
        using var scope = NewDisposeScope();
        int d = (int)data.shape[1];
        var rows = new List<long>[classes];
        for (int c = 0; c < classes; c++)
        {
            rows[c] = [];
        }
        for (int i = 0; i < labels.Length; i++)
        {
            rows[labels[i]].Add(i);
        }
        int few = Array.FindIndex(rows, own => own.Count < 2);
        if (few >= 0)
        {
            throw new UserErrorException($"The statistics of a class need two training images of it, and class {few} has {rows[few].Count}; use more --train-images.");
        }
        int all = labels.Length;
        return new GaussianMixture([.. rows.Select(own =>
        {
            using var each = NewDisposeScope();
            FeatureStatistics statistics = FeatureStatistics.Of(data.index_select(0, tensor(own.ToArray(), device: data.device)));
            double[] covariance = [.. statistics.Covariance];
            double jitter = Jitter * Enumerable.Range(0, d).Average(i => covariance[i * (d + 1)]);
            for (int i = 0; i < d; i++)
            {
                covariance[i * (d + 1)] += jitter;
            }
            return new MixtureComponent((double)own.Count / all, [.. statistics.Mean], covariance);
        })]);
    }

    /// <summary>The mean log-likelihood of the rows, nats per row.</summary>
    /// <param name="data">[N, d], on any device.</param>
    /// <exception cref="ArgumentException">The rows have another length than <see cref="Dimension"/>.</exception>
    public double LogLikelihood(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.dim() != 2 || data.shape[1] != Dimension || data.shape[0] == 0)
        {
            throw new ArgumentException($"The mixture has rows of {Dimension} numbers; got [{string.Join(", ", data.shape)}].", nameof(data));
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        double[] centre = new double[Dimension];
        foreach (MixtureComponent component in Components)
        {
            for (int i = 0; i < Dimension; i++)
            {
                centre[i] -= component.Weight * component.Mean[i];
            }
        }
        Tensor centred = data.detach().to(ScalarType.Float64) + tensor(centre, [1, Dimension], device: data.device);
        return Moved(centre).Expect(centred).Likelihood;
    }

    /// <summary>Draws rows; row i depends on the seed and i alone.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Any value.</param>
    /// <param name="device">Where to put them; null for the CPU.</param>
    /// <returns>float32 [count, d]; the caller disposes of it.</returns>
    public Tensor Sample(int count, ulong seed, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Sample(count, seed, 0, device, (_, random) =>
        {
            double left = random.Double(0);
            int chosen = 0;
            while (chosen < Components.Count - 1 && (left -= Components[chosen].Weight) >= 0)
            {
                chosen++;
            }
            return chosen;
        });
    }

    /// <summary>Draws rows from components that are asked for; row i depends on the seed and <paramref name="firstRow"/> + i alone.</summary>
    /// <param name="components">Number of every row's component.</param>
    /// <param name="seed">Any value.</param>
    /// <param name="firstRow">Number of the first row, so that many may be drawn in pieces.</param>
    /// <returns>float32 [rows, d]; the caller disposes of it.</returns>
    public Tensor Sample(ReadOnlySpan<byte> components, ulong seed, long firstRow)
    {
        byte[] chosen = components.ToArray();
        return Sample(chosen.Length, seed, firstRow, null, (i, _) => chosen[i]);
    }

    private Tensor Sample(int count, ulong seed, long firstRow, Device? device, Func<int, CounterRandom, int> choose)
    {
        float[] drawn = new float[checked(count * Dimension)];
        Parallel.For(0, count, i =>
        {
            var random = new CounterRandom(seed, firstRow + i, SamplePurpose);
            int chosen = choose(i, random);
            Span<double> normal = stackalloc double[Dimension];
            Span<double> offset = stackalloc double[Dimension];
            for (int j = 0; j < Dimension; j++)
            {
                normal[j] = random.Normal(j + 2); // Block 0 chose the component.
            }
            Factors[chosen].Multiply(normal, offset);
            for (int j = 0; j < Dimension; j++)
            {
                drawn[(i * Dimension) + j] = (float)(Components[chosen].Mean[j] + offset[j]);
            }
        });
        return tensor(drawn, [count, Dimension], device: device);
    }

    /// <summary>The same mixture with every mean moved by <paramref name="offset"/>.</summary>
    private GaussianMixture Moved(double[] offset)
        => new([.. Components.Select(c => c with { Mean = [.. c.Mean.Zip(offset, (mean, by) => mean + by)] })]);

    /// <summary>
    /// The expectation step: the sums over all rows of every component's share rₖ, of rₖ·x and of rₖ·φ(x), and the mean log-likelihood.
    /// </summary>
    private (double[] Shares, double[] Sums, double[] Products, double Likelihood) Expect(Tensor data)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int k = Components.Count, d = Dimension, pairs = d * (d + 1) / 2;
        (Tensor quadratic, Tensor linear, Tensor constant) = Coefficients(data.device);
        (Tensor left, Tensor right) = Pairs(data.device);
        Tensor shares = zeros(k, dtype: ScalarType.Float64, device: data.device);
        Tensor sums = zeros(k, d, dtype: ScalarType.Float64, device: data.device);
        Tensor products = zeros(k, pairs, dtype: ScalarType.Float64, device: data.device);
        Tensor likelihood = zeros(1, dtype: ScalarType.Float64, device: data.device);
        foreach ((long start, long count) in SquaredDistances.Blocks(data.shape[0], BlockRows))
        {
            using var blockScope = NewDisposeScope();
            Tensor x = data.narrow(0, start, count);
            Tensor phi = x.index_select(1, left).mul_(x.index_select(1, right)); // [count, pairs]
            Tensor log = phi.mm(quadratic).add_(x.mm(linear)).add_(constant); // [count, k]
            Tensor evidence = log.logsumexp(1, keepdim: true);
            Tensor share = (log - evidence).exp().t().contiguous(); // [k, count]
            shares.add_(share.sum([1]));
            sums.add_(share.mm(x));
            products.add_(share.mm(phi));
            likelihood.add_(evidence.sum());
        }
        return (Values(shares), Values(sums), Values(products), likelihood.item<double>() / data.shape[0]);
    }

    /// <summary>ln(wₖ N(x; μₖ, Σₖ)) as coefficients of φ(x) [pairs, k], of x [d, k] and of 1 [1, k], from P = Σₖ⁻¹.</summary>
    private (Tensor Quadratic, Tensor Linear, Tensor Constant) Coefficients(Device device)
    {
        int k = Components.Count, d = Dimension, pairs = d * (d + 1) / 2;
        double[] quadratic = new double[pairs * k];
        double[] linear = new double[d * k];
        double[] constant = new double[k];
        for (int c = 0; c < k; c++)
        {
            MixtureComponent component = Components[c];
            double[] precision = Factors[c].Inverse();
            double square = 0;
            for (int i = 0, pair = 0; i < d; i++)
            {
                double row = 0;
                for (int j = 0; j < d; j++)
                {
                    row += precision[(i * d) + j] * component.Mean[j];
                }
                linear[(i * k) + c] = row;
                square += component.Mean[i] * row;
                for (int j = i; j < d; j++, pair++)
                {
                    quadratic[(pair * k) + c] = (i == j ? -0.5 : -1) * precision[(i * d) + j];
                }
            }
            constant[c] = Math.Log(component.Weight) - (0.5 * ((d * Math.Log(2 * Math.PI)) + Factors[c].LogDeterminant + square));
        }
        return (tensor(quadratic, [pairs, k], device: device), tensor(linear, [d, k], device: device), tensor(constant, [1, k], device: device));
    }

    /// <summary>The indices i and j of the products xᵢxⱼ, i ≤ j, in the order of φ.</summary>
    private (Tensor Left, Tensor Right) Pairs(Device device)
    {
        (int I, int J)[] pairs = [.. Enumerable.Range(0, Dimension).SelectMany(i => Enumerable.Range(i, Dimension - i).Select(j => (i, j)))];
        return (
            tensor(pairs.Select(p => (long)p.I).ToArray(), [pairs.Length], device: device),
            tensor(pairs.Select(p => (long)p.J).ToArray(), [pairs.Length], device: device));
    }

    /// <summary>The maximisation step. A component that holds fewer rows than it has coordinates keeps its shape: it cannot be estimated.</summary>
    private static GaussianMixture Maximise(double[] shares, double[] sums, double[] products, GaussianMixture last, long rows, double jitter)
    {
        int k = shares.Length, d = last.Dimension, pairs = d * (d + 1) / 2;
        var components = new MixtureComponent[k];
        for (int c = 0; c < k; c++)
        {
            double share = Math.Max(shares[c], 1e-6);
            if (share <= d)
            {
                components[c] = last.Components[c] with { Weight = share / rows };
                continue;
            }
            double[] mean = new double[d];
            double[] covariance = new double[d * d];
            for (int i = 0; i < d; i++)
            {
                mean[i] = sums[(c * d) + i] / share;
            }
            for (int i = 0, pair = 0; i < d; i++)
            {
                for (int j = i; j < d; j++, pair++)
                {
                    covariance[(i * d) + j] = covariance[(j * d) + i] = (products[(c * pairs) + pair] / share) - (mean[i] * mean[j]) + (i == j ? jitter : 0);
                }
            }
            bool sound = CholeskyFactor.Of(covariance, d) is not null;
            components[c] = sound ? new MixtureComponent(share / rows, mean, covariance) : last.Components[c] with { Weight = share / rows };
        }
        return Normalised(components);
    }

    private static GaussianMixture Normalised(MixtureComponent[] components)
    {
        double total = components.Sum(c => c.Weight);
        return new GaussianMixture([.. components.Select(c => c with { Weight = c.Weight / total })]);
    }

    /// <summary>k-means++ and a few rounds of k-means on part of the rows; every cluster gives one component.</summary>
    private static GaussianMixture Start(Tensor data, int k, double jitter, double[] wholeCovariance, ulong seed)
    {
        int d = (int)data.shape[1];
        int count = (int)Math.Min(data.shape[0], StartRows);
        long stride = data.shape[0] / count;
        double[] all = Values(data);
        double[][] rows = [.. Enumerable.Range(0, count).Select(i => all.AsSpan((int)(i * stride) * d, d).ToArray())];
        double[][] centres = Seeds(rows, k, new CounterRandom(seed, 0, StartPurpose));
        int[] nearest = new int[count];
        for (int round = 0; round < StartIterations; round++)
        {
            Parallel.For(0, count, i => nearest[i] = Nearest(rows[i], centres));
            for (int c = 0; c < k; c++)
            {
                double[][] own = [.. rows.Where((_, i) => nearest[i] == c)];
                if (own.Length > 0)
                {
                    centres[c] = [.. Enumerable.Range(0, d).Select(i => own.Average(row => row[i]))];
                }
            }
        }
        return Normalised([.. Enumerable.Range(0, k).Select(c => Cluster(rows.Where((_, i) => nearest[i] == c).ToArray(), centres[c], wholeCovariance, k, jitter))]);
    }

    /// <summary>The component of one cluster; a cluster too small for a covariance of its own borrows from that of all data.</summary>
    private static MixtureComponent Cluster(double[][] own, double[] centre, double[] wholeCovariance, int k, double jitter)
    {
        int d = centre.Length;
        double borrowed = d / (double)(d + own.Length);
        double narrow = borrowed / Math.Pow(k, 2.0 / d); // k equal balls fill the whole at this share of its variance.
        double[] covariance = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double sum = 0;
                foreach (double[] row in own)
                {
                    sum += (row[i] - centre[i]) * (row[j] - centre[j]);
                }
                double ofCluster = own.Length == 0 ? 0 : sum / own.Length;
                covariance[(i * d) + j] = ((1 - borrowed) * ofCluster) + (narrow * wholeCovariance[(i * d) + j]) + (i == j ? jitter : 0);
            }
        }
        return new MixtureComponent(Math.Max(own.Length, 0.5), centre, covariance);
    }

    /// <summary>k-means++: every further centre is a row drawn in proportion to its squared distance from the nearest centre so far.</summary>
    private static double[][] Seeds(double[][] rows, int k, CounterRandom random)
    {
        double[] distances = new double[rows.Length];
        Array.Fill(distances, double.PositiveInfinity);
        var centres = new double[k][];
        centres[0] = rows[(int)(random.Double(0) * rows.Length)];
        for (int c = 1; c < k; c++)
        {
            double[] last = centres[c - 1];
            Parallel.For(0, rows.Length, i => distances[i] = Math.Min(distances[i], Squared(rows[i], last)));
            double left = random.Double(c) * distances.Sum();
            int chosen = 0;
            while (chosen < rows.Length - 1 && (left -= distances[chosen]) >= 0)
            {
                chosen++;
            }
            centres[c] = rows[chosen];
        }
        return centres;
    }

    private static int Nearest(double[] row, double[][] centres)
    {
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int c = 0; c < centres.Length; c++)
        {
            double distance = Squared(row, centres[c]);
            if (distance < least)
            {
                (nearest, least) = (c, distance);
            }
        }
        return nearest;
    }

    private static double Squared(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.cpu().contiguous().data<double>().ToArray();
    }
}
