using Mesh.Client.Hosting;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Quotas;
using Mesh.Server.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>Puts the limits of requests together, and lets their quotas be reported while the application runs.</summary>
internal static class RateLimitSetup
{
    public static RateLimitStage CreateStage(IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var limits = new RateLimits(services.GetRequiredService<InboundPolicy>(), time);
        var client = services.GetRequiredService<XdsClient>();
        var reporter = new QuotaReporter(limits, client.OpenChannel, time, services.GetRequiredService<ILogger<QuotaReporter>>());
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(() => _ = reporter.RunAsync(lifetime.ApplicationStopping));
        return new RateLimitStage(limits, time, services.GetRequiredService<ILogger<RateLimitStage>>());
    }
}
