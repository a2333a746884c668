using System.Collections.Immutable;
using Mesh.Client.Fallback;
using Mesh.Client.Fallback.Declared;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Beside;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Modes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>Registers what holds while the control plane does not.</summary>
internal static class FailStaticSetup
{
    public static void Add(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<StateFolder>();
        services.AddSingleton(provider => SettingsOf(Options(provider)));
        services.AddSingleton(provider => new DeclaredServices(Declared(Options(provider)), provider.GetService<IConfiguration>()));
        services.AddSingleton<DestinationLadder>();
        services.AddSingleton(provider => new KillSwitch(
            provider.GetRequiredService<DestinationLadder>(),
            Options(provider),
            provider.GetService<IConfiguration>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KillSwitch>>()));
        services.AddSingleton<ConditionMonitor>();
        services.AddSingleton<HostedModeSwitch>();
        services.AddSingleton<IBesideStream>(provider => new ModeFollower(
            provider.GetRequiredService<HostedModeSwitch>(),
            provider.GetRequiredService<XdsClient>().Describe,
            Options(provider).FollowOrders,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FallbackMeter>();
        services.AddSingleton<FailStatic>();
        services.AddHealthChecks().AddCheck<MeshHealthCheck>(MeshHealthCheck.Name, tags: [MeshHealthCheck.ReadyTag]);
    }

    public static TimeSpan DiscoveryTimeoutOf(MeshOptions options) =>
        options.Fallback.WhenNoConfiguration is MissingConfiguration.Wait ? options.Fallback.WaitTimeout : options.Outbound.DiscoveryTimeout;

    public static ShrinkRules ShrinkRulesOf(MeshGuardOptions options) => new()
    {
        HoldTime = options.Enabled ? options.HoldTime : TimeSpan.Zero,
        AllowEmpty = options.AllowEmpty.ToHashSet(StringComparer.OrdinalIgnoreCase),
    };

    private static FallbackSettings SettingsOf(MeshFallbackOptions options) =>
        new(MayGoDirect: options.WhenNoConfiguration is MissingConfiguration.Direct, AllowsPlaintext: options.AllowPlaintext);

    private static ImmutableDictionary<string, ImmutableArray<EndpointAddress>> Declared(MeshFallbackOptions options) => options.Services.ToImmutableDictionary(
        declared => declared.Key,
        declared => declared.Value.Select(DeclaredEndpoint.Parse).OfType<EndpointAddress>().ToImmutableArray(),
        StringComparer.OrdinalIgnoreCase);

    private static MeshFallbackOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<MeshOptions>>().Value.Fallback;
}
