using System.Text.Json;

namespace QDiff.Cli.Tests;

public class DevicesCommandTests
{
    [Fact]
    public void Devices_AsJson_ListTheCpuAsThereAndTheOthersWithAReason()
    {
        using JsonDocument json = JsonDocument.Parse(CommandRunner.Run("devices", "--json").Done().Output);
        JsonElement[] devices = [.. json.RootElement.GetProperty("devices").EnumerateArray()];
        Assert.Equal(["cpu", "cuda", "opencl", "ilgpu-cpu"], devices.Select(d => d.GetProperty("name").GetString()!));
        Assert.True(devices[0].GetProperty("available").GetBoolean());
        Assert.Equal(Environment.ProcessorCount, devices[0].GetProperty("cores").GetInt32());
        Assert.Contains(devices[0].GetProperty("lane_bits").GetInt32(), (int[])[0, 128, 256, 512]);
        Assert.All(devices[1..], d =>
        {
            Assert.False(d.GetProperty("available").GetBoolean());
            Assert.Contains("not part of this build", d.GetProperty("reason").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Devices_AsTable_SayPlainlyThatTheGpuIsNotPartOfThisBuild()
    {
        string output = CommandRunner.Run("devices").Done().Output;
        Assert.Contains("cpu", output, StringComparison.Ordinal);
        Assert.Contains("the GPU backend is not part of this build", output, StringComparison.Ordinal);
    }
}
