using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace QDiff.Kernels.Tests;

/// <summary>
/// Every kernel of the assembly, found by what launchers hold: a lazily compiled <see cref="Action"/> on a stream, a <see cref="KernelConfig"/> and the kernel's
/// parameters. The kernel is the static method of the same class that takes those parameters.
/// </summary>
internal static class KernelMethods
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Precisions = [typeof(float), typeof(double)];

    /// <summary>Launchers, each with the kernels that it may have compiled, in float and in double where they are generic.</summary>
    public static IEnumerable<(FieldInfo Launcher, MethodInfo[] Kernels)> All() =>
        from open in typeof(IlgpuBackend).Assembly.GetTypes()
        where open.GetFields(Declared).Any(field => Parameters(field.FieldType) is not null)
        from type in Closed(open)
        from field in type.GetFields(Declared)
        let parameters = Parameters(field.FieldType)
        where parameters is not null
        select (field, type.GetMethods(Declared)
            .Where(m => m.IsStatic && m.ReturnType == typeof(void) && m.GetParameters().Select(p => p.ParameterType).SequenceEqual(parameters)).ToArray());

    /// <summary>What a launcher's kernel takes; null for a field that is no launcher.</summary>
    private static Type[]? Parameters(Type field)
    {
        Type[] action = field.IsGenericType && field.GetGenericTypeDefinition() == typeof(Lazy<>) ? field.GetGenericArguments()[0].GetGenericArguments() : [];
        return action.Length > 2 && action[0] == typeof(AcceleratorStream) && action[1] == typeof(KernelConfig) ? action[2..] : null;
    }

    private static IEnumerable<Type> Closed(Type open) =>
        open.IsGenericTypeDefinition ? Precisions.Select(number => open.MakeGenericType([.. open.GetGenericArguments().Select(p => Argument(p, number))])) : [open];

    /// <summary>The number itself, or the structure that a type parameter's constraint allows for it.</summary>
    private static Type Argument(Type parameter, Type number)
    {
        Type? needed = parameter.GetGenericParameterConstraints().FirstOrDefault(c => c.IsInterface && c.Assembly == typeof(IlgpuBackend).Assembly);
        return needed is null ? number : needed.Assembly.GetTypes().Single(
            t => t.IsValueType && t.GetInterfaces().Contains(needed.GetGenericTypeDefinition().MakeGenericType(number)));
    }
}
