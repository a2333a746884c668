using Bookinfo.Details;
using Bookinfo.ProductPage;
using Bookinfo.Ratings;
using Bookinfo.Reviews;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Starts services of the sample in this process, on free ports of real servers and outside of any mesh.</summary>
internal static class Services
{
    public delegate WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure);

    public static Task<RunningService> DetailsAsync(params (string Name, string Value)[] environment) => StartAsync(DetailsService.Build, environment);

    public static Task<RunningService> RatingsAsync(params (string Name, string Value)[] environment) => StartAsync(RatingsService.Build, environment);

    public static Task<RunningService> RatingsAsync(string version, TimeProvider time, Random random) =>
        StartAsync(RatingsService.Build, [("SERVICE_VERSION", version)], services =>
        {
            services.AddSingleton(time);
            services.AddSingleton(random);
        });

    public static Task<RunningService> ReviewsAsync(params (string Name, string Value)[] environment) => StartAsync(ReviewsService.Build, environment);

    public static Task<RunningService> ProductPageAsync(params (string Name, string Value)[] environment) => StartAsync(ProductPageService.Build, environment);

    /// <summary>The variables that send calls of a service to an address.</summary>
    public static (string Name, string Value)[] Backend(string service, Uri address) =>
        [($"{service.ToUpperInvariant()}_HOSTNAME", address.Host), ($"{service.ToUpperInvariant()}_SERVICE_PORT", $"{address.Port}")];

    private static async Task<RunningService> StartAsync(
        Build build, (string Name, string Value)[] environment, Action<IServiceCollection>? replace = null)
    {
        var app = build(["0"], builder =>
        {
            builder.Configuration["Mesh:Http:AutoAttach"] = "false";
            builder.Configuration.AddInMemoryCollection(environment.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value)));
            builder.Logging.ClearProviders();
            replace?.Invoke(builder.Services);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningService(app);
    }
}
