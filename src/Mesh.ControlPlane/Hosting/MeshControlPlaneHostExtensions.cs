using Mesh.ControlPlane;
using Mesh.ControlPlane.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hosts the control plane of the mesh inside an app.</summary>
public static class MeshControlPlaneHostExtensions
{
    /// <summary>
    /// Runs a control plane in this process, on ports of its own. It is up before other hosted services start, and
    /// <c>AddMesh()</c> of the same process finds it unless <c>Mesh:ControlPlane</c> is set. Other processes reach it at
    /// <see cref="MeshControlPlaneAddresses.XdsAddress"/>.
    /// </summary>
    /// <param name="builder">The app.</param>
    /// <param name="configure">Settings in code; they win over the section <c>MeshControlPlane</c> of the configuration.</param>
    /// <returns>The same builder. Calling it again only adds <paramref name="configure"/>.</returns>
    /// <remarks>
    /// Bad settings end the start with an <see cref="OptionsValidationException"/> that names all of them; a busy port or an
    /// unusable folder with an <see cref="IOException"/>, bad resources with a <see cref="FormatException"/>.
    /// </remarks>
    public static IHostApplicationBuilder AddMeshControlPlane(
        this IHostApplicationBuilder builder, Action<MeshControlPlaneOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<MeshControlPlaneOptions>();
        if (builder.Services.All(service => service.ServiceType != typeof(HostedControlPlane)))
        {
            var address = new AddressConfigurationProvider();
            address.AddTo(builder.Configuration);
            builder.Services.AddSingleton(address);
            builder.Services.AddSingleton<HostedControlPlane>();
            builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HostedControlPlane>());
            builder.Services.TryAddSingleton(_ => new MeshControlPlaneAddresses());
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MeshControlPlaneOptions>, MeshControlPlaneOptionsValidator>());
            options.BindConfiguration(MeshControlPlaneOptions.SectionName).ValidateOnStart();
        }

        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }
}
