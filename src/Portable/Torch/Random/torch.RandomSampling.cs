namespace TorchSharp;

public static partial class torch
{
    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Uniform([.. size], dtype, device, requires_grad, generator, names);

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Uniform(size.ToArray(), dtype, device, requires_grad, generator, names);

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Uniform([size], dtype, device, requires_grad, generator, names);

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Uniform([rows, columns], dtype, device, requires_grad, generator, names);

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Uniform([dim0, dim1, dim2], dtype, device, requires_grad, generator, names);

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Uniform([dim0, dim1, dim2, dim3], dtype, device, requires_grad, generator, names);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.rand_like(dtype, device, requires_grad);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal([.. size], dtype, device, requires_grad, generator, names);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal(size.ToArray(), dtype, device, requires_grad, generator, names);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal([size], dtype, device, requires_grad, generator, names);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal([rows, columns], dtype, device, requires_grad, generator, names);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal([dim0, dim1, dim2], dtype, device, requires_grad, generator, names);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal([dim0, dim1, dim2, dim3], dtype, device, requires_grad, generator, names);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randn_like(dtype, device, requires_grad);

    /// <summary>Integers from low to high − 1.</summary>
    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(low, high, [.. size], dtype, device, requires_grad, generator, names);

    /// <summary>Integers from 0 to high − 1.</summary>
    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(0, high, [.. size], dtype, device, requires_grad, generator, names);

    public static Tensor randint_like(
        Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randint_like(low, high, dtype, device, requires_grad);

    public static int randint_int(int high, Generator? generator = null) => (int)randint_long(0, high, generator);

    public static int randint_int(int low, int high, Generator? generator = null) => (int)randint_long(low, high, generator);

    public static long randint_long(long high, Generator? generator = null) => randint_long(0, high, generator);

    public static long randint_long(long low, long high, Generator? generator = null)
    {
        using var one = randint(low, high, [1], generator: generator);
        return one.item<long>();
    }

    /// <summary>One uniform number in [0, 1).</summary>
    public static double rand_float(Generator? generator = null) => RandomKernels.Next(generator);

    /// <summary>One normal number.</summary>
    public static double randn_float(Generator? generator = null)
    {
        using var one = randn([1], ScalarType.Float64, generator: generator);
        return one.item<double>();
    }

    /// <summary>A random order of 0 … n − 1.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        InitializeDevice(device);
        if (n < 0) throw DTypes.Error($"randperm needs n ≥ 0; got {n}.");
        using var order = Tensor.Allocate([n], ScalarType.Int64, register: false);
        RandomKernels.Permutation(order.Span<long>(), generator);
        return Converted(order, dtype ?? ScalarType.Int64, requires_grad);
    }

    /// <summary>Normal numbers of the given mean and standard deviation.</summary>
    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        var result = Make(size.ToArray(), dtype, device, false, names);
        RandomKernels.Normal(result, mean, std, generator);
        return requires_grad ? result.requires_grad_() : result;
    }

    /// <summary>Normal numbers, each with its own mean and standard deviation.</summary>
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null)
    {
        using var off = no_grad();
        var sample = randn(Shapes.Broadcast(mean.Sizes, std.Sizes), DTypes.Real(DTypes.Result(mean, std)), generator: generator);
        return sample.mul_(std).add_(mean);
    }

    /// <summary>1 with the probability that the element gives, else 0.</summary>
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    /// <summary>Indices drawn with the weights of each row.</summary>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    private static Tensor Uniform(long[] sizes, ScalarType? dtype, Device? device, bool requiresGrad, Generator? generator, string[]? names)
    {
        RefuseIntegral("rand", dtype);
        var result = Make(sizes, dtype, device, false, names);
        RandomKernels.Uniform(result, 0, 1, generator);
        return requiresGrad ? result.requires_grad_() : result;
    }

    private static Tensor Normal(long[] sizes, ScalarType? dtype, Device? device, bool requiresGrad, Generator? generator, string[]? names)
    {
        RefuseIntegral("randn", dtype);
        var result = Make(sizes, dtype, device, false, names);
        RandomKernels.Normal(result, 0, 1, generator);
        return requiresGrad ? result.requires_grad_() : result;
    }

    private static Tensor Integers(
        long low, long high, long[] sizes, ScalarType? dtype, Device? device, bool requiresGrad, Generator? generator, string[]? names)
    {
        if (low >= high) throw new ArgumentException($"randint needs low < high; got {low} and {high}.");
        var result = Make(sizes, dtype ?? ScalarType.Int64, device, false, names);
        RandomKernels.Integers(result, low, high, generator);
        return requiresGrad ? result.requires_grad_() : result;
    }

    private static void RefuseIntegral(string function, ScalarType? type)
    {
        if (type is { } given && is_integral(given))
        {
            throw new ArgumentException($"torch.{function}() was passed a bad dtype: {given}. It must be floating point.", nameof(type));
        }
    }
}
