using System.Text.Json;
using QDiff.Kernels.Devices;

namespace QDiff.Cli.Tests;

public class DevicesCommandTests
{
    [Fact]
    public void Devices_AsJson_ListEveryKindWithWhatItIsOrWhyItIsNotThere()
    {
        using JsonDocument json = JsonDocument.Parse(CommandRunner.Run("devices", "--json").Done().Output);
        JsonElement[] devices = [.. json.RootElement.GetProperty("devices").EnumerateArray()];
        Assert.Equal(["cpu", "cuda", "opencl", "ilgpu-cpu"], devices.Select(d => d.GetProperty("name").GetString()!.Split(':')[0]).Distinct());
        Assert.Equal(Environment.ProcessorCount, devices[0].GetProperty("cores").GetInt32());
        Assert.Contains(devices[0].GetProperty("lane_bits").GetInt32(), (int[])[0, 128, 256, 512]);
        Assert.All(devices, d =>
        {
            if (d.GetProperty("available").GetBoolean())
            {
                Assert.True(d.GetProperty("memory_bytes").GetInt64() > 0);
                Assert.Contains(d.GetProperty("tensors").GetString()!.Split(':')[0], (string[])["cpu", "cuda"]);
            }
            else
            {
                Assert.Matches("stand-in|driver", d.GetProperty("reason").GetString());
            }
        });
        Assert.True(devices[0].GetProperty("available").GetBoolean());
        Assert.True(devices[^1].GetProperty("available").GetBoolean());
        Assert.All((string[])["qdiff", "runtime", "kernels", "tensors"], name => Assert.NotEqual("", json.RootElement.GetProperty("versions").GetProperty(name).GetString()));
    }

    [Fact]
    public void Devices_AsTable_SayWhyAndWhere()
    {
        string output = CommandRunner.Run("devices").Done().Output;
        Assert.Contains("for debugging kernels", output, StringComparison.Ordinal);
        Assert.Contains("ILGPU", output, StringComparison.Ordinal);
        Assert.Contains("TorchSharp", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2 GiB.\nException raised from …", "The tensors do not fit into the GPU's memory; use a smaller --batch")]
    [InlineData("CUDA error: no kernel image is available.\nmore", "The tensor library failed (CUDA error: no kernel image is available); update the GPU's driver")]
    public void Explain_FailuresOfTheTensorLibrary_SayWhatToDo(string message, string sentence)
    {
        (int code, string said) = QDiffCommand.Explain(new System.Runtime.InteropServices.ExternalException(message));
        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith(sentence, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:7")]
    [InlineData("opencl:7")]
    public void Device_Missing_IsRefusedWithTheReasonOrWithWhatThereIs(string device)
    {
        bool none = AcceleratorDevice.List(device.Split(':')[0]).Count == 0;
        if (device == "cuda" && !none)
        {
            return;
        }

        string sentence = CommandRunner.Run("train", "--device", device).Refusal(ExitCode.Failed);
        Assert.StartsWith($"Device '{device}' is not there{(none ? ": " : "; this machine has")}", sentence, StringComparison.Ordinal);
        Assert.Contains("cpu", sentence, StringComparison.Ordinal);
    }
}
