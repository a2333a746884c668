using Mesh.ControlPlane.Hosting;

namespace Mesh.ControlPlane.Tests.Hosting;

public sealed class StoreSettingsTests
{
    [Fact]
    public void Validate_ContradictionsAboutTheStore_AreAllNamed()
    {
        var options = new MeshControlPlaneOptions { Store = ControlPlaneStore.Folder, ConfigReadOnly = true, ObjectsPerNamespace = 0 };

        var failures = new MeshControlPlaneOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Contains(failures, failure => failure.StartsWith("MeshControlPlane:ConfigFolder: expected the folder of the store (--config DIR), got none", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("MeshControlPlane:ConfigReadOnly: ", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("MeshControlPlane:ObjectsPerNamespace: expected a number from 1 to 1000000, got 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_MemoryWithAFolder_IsRefused()
    {
        var options = new MeshControlPlaneOptions { Store = ControlPlaneStore.Memory, ConfigFolder = "somewhere" };

        Assert.Contains("MeshControlPlane:Store: expected Folder", string.Join('\n', new MeshControlPlaneOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--store", "folder", "--config", "x", "--config-read-only")]
    [InlineData("--config", "x", "--config-read-only")]
    public async Task RunAsync_StoreOnTheCommandLine_IsInTheSettings(params string[] arguments)
    {
        CommandLineSettings? settings = null;
        await CommandLine.RunAsync(arguments, TextWriter.Null, TextWriter.Null, (parsed, _) =>
        {
            settings = parsed;
            return Task.FromResult(0);
        });

        var options = new MeshControlPlaneOptions();
        settings!.ApplyTo(options);
        Assert.True(options.ConfigReadOnly);
        Assert.True(new MeshControlPlaneOptionsValidator().Validate(null, options).Succeeded);
    }
}
