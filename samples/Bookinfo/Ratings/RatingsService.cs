using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bookinfo.Ratings;

/// <summary>Stars of each reviewer for a product.</summary>
internal static class RatingsService
{
    private const long MaxBodyBytes = 64 * 1024;
    private static readonly TimeSpan LongDelay = TimeSpan.FromSeconds(7);

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHost.CreateBuilder(args);
        builder.AddMesh();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(Random.Shared);
        builder.Services.AddSingleton<RatingStore>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        configure?.Invoke(builder);
        builder.Services.AddSingleton(services => new Behaviour(
            builder.Configuration["SERVICE_VERSION"] ?? "v1",
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<Random>()));

        var app = builder.Build();
        app.UseMesh();
        _ = app.Services.GetRequiredService<Behaviour>(); // its clock starts with the service
        app.UseMiddleware<RequestLog>();
        app.MapGet("/health", Health);
        app.MapGet("/ratings/{**path}", GetAsync);
        app.MapPost("/ratings/{**path}", PostAsync);
        return app;
    }

    private static IResult Health(Behaviour behaviour) => behaviour.IsHealthy
        ? JsonAnswer.Of(new { status = "Ratings is healthy" })
        : JsonAnswer.Of(new { status = "Ratings is not healthy" }, StatusCodes.Status500InternalServerError);

    private static async Task<IResult> GetAsync(
        HttpRequest request, RatingStore store, Behaviour behaviour, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ProductId.Parse(request.Path) is not { } id)
        {
            return BadId();
        }

        switch (behaviour.Next())
        {
            case Reaction.Refuse:
                return JsonAnswer.Error("Service unavailable", StatusCodes.Status503ServiceUnavailable);
            case Reaction.Delay:
                await Task.Delay(LongDelay, time, cancellationToken);
                break;
        }

        return JsonAnswer.Of(new { id, ratings = store.Get(id) });
    }

    private static async Task<IResult> PostAsync(HttpRequest request, RatingStore store, Behaviour behaviour, CancellationToken cancellationToken)
    {
        if (ProductId.Parse(request.Path) is not { } id)
        {
            return BadId();
        }

        if (behaviour.IsDatabaseBacked)
        {
            return JsonAnswer.Error("Post not implemented for database backed ratings", StatusCodes.Status501NotImplemented);
        }

        JsonNode? ratings;
        try
        {
            ratings = await JsonNode.ParseAsync(request.Body, cancellationToken: cancellationToken);
        }
        catch (JsonException)
        {
            return JsonAnswer.Error("please provide valid ratings JSON", StatusCodes.Status400BadRequest);
        }

        return store.TrySet(id, ratings)
            ? JsonAnswer.Of(new { id, ratings })
            : JsonAnswer.Error($"ratings of {RatingStore.Capacity} products are held already", StatusCodes.Status507InsufficientStorage);
    }

    private static IResult BadId() => JsonAnswer.Error("please provide numeric product ID", StatusCodes.Status400BadRequest);
}
