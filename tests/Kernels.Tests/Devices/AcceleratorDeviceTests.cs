using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests.Devices;

public class AcceleratorDeviceTests
{
    [Fact]
    public void List_AnyMachine_HasTheDebuggerLast()
    {
        var devices = AcceleratorDevice.List();
        Assert.Equal("ilgpu-cpu", devices[^1].Name);
        Assert.All(devices, device => Assert.True(device.MemoryBytes > 0 && device.Model.Length > 0 && device.Version.Length > 0, device.ToString()));
        Assert.Equal(devices.Count, devices.Select(device => device.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    [InlineData("ilgpu-cpu:0")]
    [InlineData("")]
    public void Open_UnknownName_IsRefused(string name)
    {
        var refusal = Assert.Throws<DeviceException>(() => AcceleratorDevice.Open(name));
        Assert.Equal($"A device is 'cuda', 'cuda:1', 'opencl', 'opencl:1' or 'ilgpu-cpu'; got '{name}'.", refusal.Message);
    }

    [Theory]
    [InlineData("cuda:77")]
    [InlineData("opencl:77")]
    public void Open_DeviceThatIsNotThere_SaysWhatIs(string name)
    {
        var refusal = Assert.Throws<DeviceException>(() => AcceleratorDevice.Open(name));
        Assert.StartsWith($"Device '{name}' is not there; this machine has ", refusal.Message);
        Assert.EndsWith("'ilgpu-cpu': choose one of them, or 'cpu'.", refusal.Message);
    }

    [Fact]
    public void Open_DriverThatRefuses_NamesDeviceAndRemedy()
    {
        var refusal = Assert.Throws<DeviceException>(() => AcceleratorDevice.Open(
            "cuda", _ => throw new TypeInitializationException("Driver", new InvalidOperationException("the NVIDIA driver answers cuInit with error 803"))));
        Assert.Equal("Device 'cuda' cannot be opened (the NVIDIA driver answers cuInit with error 803); update its driver, or choose 'cpu'.", refusal.Message);
    }

    [Theory]
    [InlineData("cuda", true, true, "^this build has a stand-in for ILGPU that knows no GPU; build with -p:Ilgpu=package$")]
    [InlineData("cuda", false, false, @"^there is no NVIDIA driver \((libcuda.so.1|nvcuda)\); install it$")]
    [InlineData("cuda", false, true, "^the NVIDIA driver shows no device that ILGPU [0-9.]+ can use; update it$")]
    [InlineData("opencl", false, true, @"^the OpenCL driver shows no device that ILGPU [0-9.]+ can use \(it needs OpenCL C 2.0 with generic addresses\); update it$")]
    public void Missing_NoDriverOrOneTooOld_SaysWhichAndWhatToDo(string kind, bool isStandIn, bool isDriverThere, string sentence) =>
        Assert.Matches(sentence, AcceleratorKind.Missing(kind, isStandIn, _ => isDriverThere));

    [Fact]
    public void Compile_KernelThatCannotBe_NamesDeviceAndKernel()
    {
        using var session = AcceleratorDevice.Open("ilgpu-cpu");
        var kernel = session.Compile<Action>("strange", _ => throw new NotSupportedException("no such instruction.", new InvalidOperationException("deep reason.")));
        var refusal = Assert.Throws<DeviceException>(() => kernel.Value);
        Assert.Equal("Device 'ilgpu-cpu' cannot compile the kernel 'strange' (deep reason); update its driver, or choose 'cpu'.", refusal.Message);
    }
}
