using Mesh.ControlPlane.Hosting;

namespace Mesh.ControlPlane.Tests.Hosting;

public sealed class KeySettingsTests
{
    [Fact]
    public void Validate_Defaults_AreSound() => Assert.True(new MeshControlPlaneOptionsValidator().Validate(null, new MeshControlPlaneOptions()).Succeeded);

    [Fact]
    public void Validate_BadSettings_AreAllNamed()
    {
        var options = new MeshControlPlaneOptions { JwksRefreshInterval = TimeSpan.Zero, JwksMaxStale = TimeSpan.FromDays(31), HostOwnership = (HostOwnership)7 };
        options.JwksAllowedHosts.Add("http://issuer/");
        options.JwksAllowedNetworks.Add("10.0.0.0/99");

        var failures = new MeshControlPlaneOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Equal(5, failures.Length);
        foreach (var setting in new[] { "JwksRefreshInterval", "JwksMaxStale", "JwksAllowedHosts", "JwksAllowedNetworks", "HostOwnership" })
        {
            Assert.Contains(failures, failure => failure.StartsWith($"MeshControlPlane:{setting}: expected", StringComparison.Ordinal));
        }
    }
}
