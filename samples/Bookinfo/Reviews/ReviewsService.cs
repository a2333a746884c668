namespace Bookinfo.Reviews;

/// <summary>Two reviews of a product; versions 2 and 3 add stars from the ratings service.</summary>
internal static class ReviewsService
{
    private static readonly TimeSpan PatientTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ImpatientTimeout = TimeSpan.FromSeconds(2.5);

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHost.CreateBuilder(args);
        builder.AddMesh();
        configure?.Invoke(builder);

        var settings = ReviewsSettings.From(builder.Configuration);
        builder.Services.AddSingleton(settings);
        builder.Services.AddHttpClient<RatingsClient>(client =>
        {
            client.BaseAddress = BackendAddress.Of("ratings", builder.Configuration);

            // Upstream: version 2 (black stars) waits longer than productpage does, version 3 (red) gives up before.
            client.Timeout = settings.StarColor == "black" ? PatientTimeout : ImpatientTimeout;
        });

        var app = builder.Build();
        app.UseMesh();
        app.MapGet("/health", () => JsonAnswer.Of(new { status = "Reviews is healthy" }));
        app.MapGet("/reviews/{id:int}", AnswerAsync);
        return app;
    }

    private static async Task<IResult> AnswerAsync(int id, ReviewsSettings settings, RatingsClient ratings, CancellationToken cancellationToken)
    {
        var stars = settings.RatingsEnabled ? await ratings.GetAsync(id, cancellationToken) : null;
        return JsonAnswer.Of(ProductReviews.Compose(id, settings, stars));
    }
}
