using System.Diagnostics.Metrics;
using Mesh.Client.Hosting;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Quotas;
using Mesh.Protocol.Xds;
using Mesh.Server.Apis.Keys;
using Mesh.Server.Apis.Usage;
using Mesh.Server.Apis.Versions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>Puts together what there is for APIs and their consumers, and lets usage be reported while the application runs.</summary>
internal static class ApiSetup
{
    public static ApiKeyStage CreateKeys(IServiceProvider services) => new(
        services.GetRequiredService<InboundPolicy>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ApiKeyStage>>());

    public static ApiVersionStage CreateVersions(IServiceProvider services) => new(services.GetRequiredService<InboundPolicy>(), services.GetRequiredService<TimeProvider>());

    public static ApiUsageSink CreateUsage(IServiceProvider services, bool countsMetrics)
    {
        var book = new ApiUsageBook();
        var client = services.GetRequiredService<XdsClient>();
        var reporter = new QuotaReporter(book, client.OpenChannel, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<QuotaReporter>>(), QuotaBuckets.UsageDomain);
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(() => _ = reporter.RunAsync(lifetime.ApplicationStopping));
        return new ApiUsageSink(book, countsMetrics ? services.GetService<IMeterFactory>() : null);
    }
}
