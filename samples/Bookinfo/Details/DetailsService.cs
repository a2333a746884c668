using System.Globalization;

namespace Bookinfo.Details;

/// <summary>What is known about a book: edition, publisher, ISBN.</summary>
internal static class DetailsService
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHost.CreateBuilder(args);
        builder.AddMesh();
        configure?.Invoke(builder);
        AddBookSource(builder);

        var app = builder.Build();
        app.UseMesh();
        app.MapGet("/health", () => JsonAnswer.Of(new { status = "Details is healthy" }));
        app.Map("/details/{**path}", AnswerAsync);
        return app;
    }

    private static void AddBookSource(WebApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue<bool>("ENABLE_EXTERNAL_BOOK_SERVICE"))
        {
            builder.Services.AddSingleton<IBookSource, KnownBook>();
            return;
        }

        var scheme = builder.Configuration.GetValue<bool>("DO_NOT_ENCRYPT") ? "http" : "https";
        builder.Services
            .AddHttpClient<IBookSource, GoogleBooks>(client =>
            {
                client.BaseAddress = new Uri($"{scheme}://www.googleapis.com");
                client.Timeout = TimeSpan.FromSeconds(5);
            });
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request, IBookSource books, CancellationToken cancellationToken)
    {
        var lastSegment = request.Path.Value!.Split('/')[^1];
        if (!long.TryParse(lastSegment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            return JsonAnswer.Error("please provide numeric product id", StatusCodes.Status400BadRequest);
        }

        try
        {
            return JsonAnswer.Of(await books.FindAsync(id, cancellationToken));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Upstream answers every failure of the external book service as a bad request with its message.
            return JsonAnswer.Error(exception.Message, StatusCodes.Status400BadRequest);
        }
    }
}
