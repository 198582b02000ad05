using ILGPU.Runtime.CPU;

namespace ILGPU.Runtime;

/// <summary>
/// Loads kernels of one to fourteen parameters. A kernel is a static method; what a loader returns launches it: on a given stream or on the default
/// one, with a <see cref="KernelConfig"/> or, implicitly grouped, with the extent of its first parameter.
/// </summary>
/// <remarks>Every overload has one body, in <see cref="KernelMethod"/> and the executor; the text is that of ILGPU's own overloads.</remarks>
public static class KernelLoaders
{
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(this Accelerator accelerator, Action<T1> action)
        where T1 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1) => Launch(kernel, stream, config, () => action(p1), () => [p1]);
    }

    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(this Accelerator accelerator, Action<T1> action)
        where T1 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1) => kernel(accelerator.DefaultStream, config, p1);
    }

    public static Action<AcceleratorStream, TIndex, T1> LoadAutoGroupedKernel<TIndex, T1>(this Accelerator accelerator, Action<TIndex, T1> action)
        where TIndex : struct, IIndex where T1 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1) => Launch(kernel, stream, extent, index => action(index, p1), () => [p1]);
    }

    public static Action<TIndex, T1> LoadAutoGroupedStreamKernel<TIndex, T1>(this Accelerator accelerator, Action<TIndex, T1> action)
        where TIndex : struct, IIndex where T1 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1) => kernel(accelerator.DefaultStream, extent, p1);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct where T2 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2) => Launch(kernel, stream, config, () => action(p1, p2), () => [p1, p2]);
    }

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct where T2 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2) => kernel(accelerator.DefaultStream, config, p1, p2);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2) => Launch(kernel, stream, extent, index => action(index, p1, p2), () => [p1, p2]);
    }

    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2) => kernel(accelerator.DefaultStream, extent, p1, p2);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3) => Launch(kernel, stream, config, () => action(p1, p2, p3), () => [p1, p2, p3]);
    }

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3) => kernel(accelerator.DefaultStream, config, p1, p2, p3);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3), () => [p1, p2, p3]);
    }

    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3) => kernel(accelerator.DefaultStream, extent, p1, p2, p3);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(this Accelerator accelerator, Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4), () => [p1, p2, p3, p4]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(this Accelerator accelerator, Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4), () => [p1, p2, p3, p4]);
    }

    public static Action<TIndex, T1, T2, T3, T4> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5), () => [p1, p2, p3, p4, p5]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5), () => [p1, p2, p3, p4, p5]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6), () => [p1, p2, p3, p4, p5, p6]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6), () => [p1, p2, p3, p4, p5, p6]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7), () => [p1, p2, p3, p4, p5, p6, p7]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7), () => [p1, p2, p3, p4, p5, p6, p7]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8), () => [p1, p2, p3, p4, p5, p6, p7, p8]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8), () => [p1, p2, p3, p4, p5, p6, p7, p8]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8, p9), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8, p9) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8, p9), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8, p9) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8, p9, p10), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13);
    }

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) => Launch(kernel, stream, config, () => action(p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14]);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
    {
        var kernel = accelerator.LoadKernel(action);
        return (config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) => kernel(accelerator.DefaultStream, config, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14);
    }

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
    {
        var kernel = Load(accelerator, action);
        return (stream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) => Launch(kernel, stream, extent, index => action(index, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14), () => [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14]);
    }

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
    {
        var kernel = accelerator.LoadAutoGroupedKernel(action);
        return (extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) => kernel(accelerator.DefaultStream, extent, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14);
    }

    private static KernelMethod Load(Accelerator accelerator, Delegate action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return new((CPUAccelerator)accelerator, action);
    }

    private static void Launch(KernelMethod kernel, AcceleratorStream stream, KernelConfig config, Action call, Func<object[]> arguments)
    {
        Require(stream, kernel);
        kernel.Accelerator.Executor.Launch(kernel, config, call, arguments);
    }

    private static void Launch<TIndex>(KernelMethod kernel, AcceleratorStream stream, TIndex extent, Action<TIndex> call, Func<object[]> arguments)
        where TIndex : struct, IIndex
    {
        Require(stream, kernel);
        kernel.Accelerator.Executor.Launch(kernel, extent, call, arguments);
    }

    private static void Require(AcceleratorStream stream, KernelMethod kernel)
    {
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
        if (stream.Accelerator != kernel.Accelerator)
        {
            throw new ArgumentException($"Kernel '{kernel.Name}' was launched on a stream of another accelerator; use a stream of the one that loaded it.", nameof(stream));
        }
    }
}
