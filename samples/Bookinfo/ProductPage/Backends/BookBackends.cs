using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bookinfo.ProductPage.Sessions;

namespace Bookinfo.ProductPage.Backends;

/// <summary>Calls details, reviews and ratings by upstream's rules: 3 s a try, and one retry for reviews.</summary>
/// <remarks>
/// No header of the incoming request is copied here: Mesh carries tracing headers on. Only <c>end-user</c> is set, because it
/// is this service that knows who signed in.
/// </remarks>
internal sealed partial class BookBackends(IHttpClientFactory clients, RequestResultCounter results, ILogger<BookBackends> logger)
{
    private const string Details = "details";
    private const string Reviews = "reviews";
    private const string Ratings = "ratings";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static void AddTo(WebApplicationBuilder builder)
    {
        foreach (var service in (string[])[Details, Reviews, Ratings])
        {
            builder.Services.AddHttpClient(service, client =>
            {
                client.BaseAddress = BackendAddress.Of(service, builder.Configuration);
                client.Timeout = Timeout;
            });
        }

        builder.Services.AddSingleton<BookBackends>();
    }

    public Task<BackendAnswer> DetailsAsync(string product, string? user, CancellationToken cancellationToken) =>
        CallAsync(Details, product, user, attempts: 1, "product details", cancellationToken);

    /// <summary>Two attempts: upstream's deliberate bug, which hides a short timeout of reviews behind a second one.</summary>
    public Task<BackendAnswer> ReviewsAsync(string product, string? user, CancellationToken cancellationToken) =>
        CallAsync(Reviews, product, user, attempts: 2, "product reviews", cancellationToken);

    public Task<BackendAnswer> RatingsAsync(string product, string? user, CancellationToken cancellationToken) =>
        CallAsync(Ratings, product, user, attempts: 1, "product ratings", cancellationToken);

    private async Task<BackendAnswer> CallAsync(
        string service, string product, string? user, int attempts, string what, CancellationToken cancellationToken)
    {
        var status = HttpStatusCode.InternalServerError;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var (answered, body) = await TryAsync(service, product, user, cancellationToken);
            status = answered ?? HttpStatusCode.InternalServerError;
            if (status == HttpStatusCode.OK)
            {
                results.Add(service, (int)status);
                return new BackendAnswer((int)status, body);
            }
        }

        results.Add(service, (int)status);
        return new BackendAnswer((int)status, new JsonObject { ["error"] = $"Sorry, {what} are currently unavailable for this book." });
    }

    /// <returns>The status, null when there was no usable answer; the body when the status is 200.</returns>
    private async Task<(HttpStatusCode? Status, JsonNode? Body)> TryAsync(
        string service, string product, string? user, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{service}/{Uri.EscapeDataString(product)}");
            if (user is not null)
            {
                request.Headers.TryAddWithoutValidation(Session.UserHeader, user);
            }

            using var response = await clients.CreateClient(service).SendAsync(request, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))
                : (response.StatusCode, null);
        }
        catch (Exception exception) when (IsFailureOfTheCall(exception) && !cancellationToken.IsCancellationRequested)
        {
            CallFailed(logger, service, exception.Message);
            return (null, null);
        }
    }

    private static bool IsFailureOfTheCall(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or JsonException or IOException;

    [LoggerMessage(EventId = 4, EventName = "BackendCallFailed", Level = LogLevel.Warning, Message = "Call of {Service} failed: {Reason}")]
    private static partial void CallFailed(ILogger logger, string service, string reason);
}
