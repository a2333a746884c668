using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration;

/// <summary>Fills the options from configuration, and what is still open from the application's name.</summary>
internal sealed class MeshOptionsSetup(IServiceProvider services) : IConfigureOptions<MeshOptions>, IPostConfigureOptions<MeshOptions>
{
    public void Configure(MeshOptions options)
    {
        if (services.GetService<IConfiguration>() is not { } configuration)
        {
            return;
        }

        configuration.GetSection(MeshOptions.SectionName).Bind(options);
        options.ControlPlane.Clear();
        foreach (var address in ControlPlaneAddresses.Read(configuration))
        {
            options.ControlPlane.Add(address);
        }
    }

    public void PostConfigure(string? name, MeshOptions options)
    {
        var application = services.GetService<IHostEnvironment>()?.ApplicationName ?? AppDomain.CurrentDomain.FriendlyName;
        options.Service ??= DnsLabel.Make(application, "app");
        options.Labels.TryAdd("app", options.Service);
    }
}
