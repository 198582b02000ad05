using System.Reflection;
using QDiff.Kernels.Devices;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace QDiff.Kernels.Tests;

/// <summary>
/// Runs the tests of one device in this process, so that a published folder can test a machine that has no SDK:
/// <c>QDiff.Kernels.Tests --device cuda [part of a class name]</c>. Prints failures and a count, of those that ran when it is interrupted too; 0 when all passed, 1 when one
/// failed, 2 when the device is not there.
/// </summary>
public static class DeviceSuite
{
    public static int Main(string[] arguments)
    {
        if (arguments is not (["--device", _] or ["--device", _, _]))
        {
            Console.Error.WriteLine("usage: QDiff.Kernels.Tests --device NAME [part of a class name]");
            return 2;
        }

        string device = arguments[1], part = arguments.Length > 2 ? arguments[2] : "";
        if (AcceleratorDevice.List().All(d => d.Name != device))
        {
            Console.Error.WriteLine($"This machine has no device '{device}'; it has {string.Join(", ", AcceleratorDevice.List().Select(d => d.Name))}.");
            return 2;
        }

        using var framework = new XunitTestFramework(new Sink(_ => { }));
        using ITestFrameworkExecutor executor = framework.GetExecutor(typeof(DeviceSuite).Assembly.GetName());
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(typeof(DeviceSuite).Assembly));
        var cases = new List<ITestCase>();
        Collect(sink => discoverer.Find(false, sink, new Options()), message =>
        {
            if (message is ITestCaseDiscoveryMessage { TestCase: var found } && IsOf(device, found.TestMethod.TestClass.Class) && found.DisplayName.Contains(part))
            {
                cases.Add(found);
            }

            return message is IDiscoveryCompleteMessage;
        });
        int passed = 0, failed = 0, skipped = 0;
        string Count() => $"{device}: {passed} passed, {failed} failed, {skipped} skipped";
        Console.CancelKeyPress += (_, _) => Console.WriteLine($"{Count()}, of {cases.Count}");
        Collect(sink => executor.RunTests(cases, sink, new Options()), message =>
        {
            switch (message)
            {
                case ITestPassed:
                    passed++;
                    break;
                case ITestSkipped:
                    skipped++;
                    break;
                case ITestFailed failure:
                    failed++;
                    Console.WriteLine($"FAILED {failure.Test.DisplayName}\n    {string.Join("\n    ", failure.Messages)}");
                    break;
            }

            return message is ITestAssemblyFinished;
        });
        Console.WriteLine(Count());
        return failed > 0 || passed == 0 ? 1 : 0;
    }

    /// <summary>Fixtures name the device that they need; those that name none run on the debugger's.</summary>
    private static bool IsOf(string device, ITypeInfo fixture)
    {
        var needed = fixture.ToRuntimeType().GetCustomAttribute<RequiresDeviceAttribute>(inherit: true);
        return (needed?.Device ?? AcceleratorDevice.DebuggerName) == device;
    }

    /// <summary>Starts something and waits for its last message.</summary>
    private static void Collect(Action<IMessageSink> start, Func<IMessageSinkMessage, bool> isLast)
    {
        using var done = new ManualResetEventSlim();
        start(new Sink(message =>
        {
            if (isLast(message))
            {
                done.Set();
            }
        }));
        done.Wait();
    }

    private sealed class Sink(Action<IMessageSinkMessage> receive) : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message)
        {
            lock (this)
            {
                receive(message);
            }

            return true;
        }
    }

    /// <summary>One test after the other: a device is one thing.</summary>
    private sealed class Options : LongLivedMarshalByRefObject, ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new() { ["xunit.execution.DisableParallelization"] = true };

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) && value is TValue typed ? typed : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
