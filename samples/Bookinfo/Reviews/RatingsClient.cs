using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bookinfo.Reviews;

/// <summary>Asks the ratings service, once; a failure is no rating.</summary>
internal sealed partial class RatingsClient(HttpClient client, ILogger<RatingsClient> logger)
{
    /// <summary>Stars by reviewer; empty when the ratings service did not answer well or in time.</summary>
    public async Task<IReadOnlyDictionary<string, int>> GetAsync(int product, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/ratings/{product}");
            request.Headers.Accept.Add(new("application/json"));
            using var response = await client.SendAsync(request, cancellationToken);
            if (response.StatusCode == System.Net.HttpStatusCode.OK)
            {
                return Stars(await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken));
            }

            RatingsUnavailable(logger, null, $"status {(int)response.StatusCode}");
        }
        catch (Exception exception) when (IsFailureOfTheCall(exception) && !cancellationToken.IsCancellationRequested)
        {
            RatingsUnavailable(logger, exception, exception.Message);
        }

        return new Dictionary<string, int>();
    }

    private static Dictionary<string, int> Stars(JsonObject? answer)
    {
        var stars = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (reviewer, value) in answer?["ratings"] as JsonObject ?? [])
        {
            if (value is JsonValue number && number.TryGetValue<int>(out var count))
            {
                stars[reviewer] = count;
            }
        }

        return stars;
    }

    private static bool IsFailureOfTheCall(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or JsonException or IOException;

    [LoggerMessage(EventId = 3, EventName = "RatingsUnavailable", Level = LogLevel.Warning, Message = "No ratings: {Reason}")]
    private static partial void RatingsUnavailable(ILogger logger, Exception? exception, string reason);
}
