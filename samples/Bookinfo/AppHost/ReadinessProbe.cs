namespace Bookinfo.AppHost;

/// <summary>Waits until a user would see a whole page.</summary>
internal sealed class ReadinessProbe(string page, Progress progress) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private string _lastMissing = "";

    /// <summary>Completes with the first page that shows details and reviews.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (await MissingAsync(cancellationToken) is { } missing)
        {
            if (missing != _lastMissing)
            {
                progress.Say("bookinfo", $"waiting: {missing}");
                _lastMissing = missing;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return true;
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> MissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            var html = await _client.GetStringAsync(page, cancellationToken);
            return (html.Contains("Book Details", StringComparison.Ordinal), html.Contains("Book Reviews", StringComparison.Ordinal)) switch
            {
                (true, true) => null,
                (false, true) => "the page has no details yet",
                (true, false) => "the page has no reviews yet",
                _ => "the page has neither details nor reviews yet",
            };
        }
        catch (HttpRequestException exception)
        {
            return $"no page yet ({exception.Message})";
        }
    }
}
