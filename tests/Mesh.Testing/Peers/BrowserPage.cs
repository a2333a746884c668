using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Testing.Peers;

/// <summary>A page of a <see cref="Browser"/>, led by the DevTools protocol; one command after the other.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string? _session;
    private int _lastId;

    internal static async Task<BrowserPage> OpenAsync(Uri browser, CancellationToken cancellationToken)
    {
        var page = new BrowserPage();
        page._socket.Options.Proxy = null;
        await page._socket.ConnectAsync(browser, cancellationToken);
        var context = (await page.AskAsync("Target.createBrowserContext", [], cancellationToken))["browserContextId"]!.DeepClone();
        var target = (await page.AskAsync("Target.createTarget", new() { ["url"] = "about:blank", ["browserContextId"] = context }, cancellationToken))["targetId"]!.DeepClone();
        page._session = (string)(await page.AskAsync("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }, cancellationToken))["sessionId"]!;
        return page;
    }

    /// <summary>Goes to an address and waits until its document is there.</summary>
    public async Task GoAsync(string address, CancellationToken cancellationToken)
    {
        var answer = await AskAsync("Page.navigate", new() { ["url"] = address }, cancellationToken);
        if (answer["errorText"] is { } error)
        {
            throw new InvalidOperationException($"Chromium did not reach {address}: {error}");
        }

        await ReadyAsync(cancellationToken);
    }

    /// <summary>Waits until an expression is true in the page; while one is being loaded it is asked again.</summary>
    public Task WaitAsync(string expression, CancellationToken cancellationToken) => Eventually.ReachesAsync(
        $"in the page: {expression}",
        async () => (await EvaluateAsync(expression, cancellationToken))?.GetValueKind() is JsonValueKind.True,
        cancellationToken: cancellationToken);

    /// <summary>The value of an expression; null for none, and while there is no document to ask.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AskAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true }, cancellationToken);
            return answer["exceptionDetails"] is null ? answer["result"]?["value"]?.DeepClone() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Clicks an element as a user does, where it is on the page.</summary>
    public async Task ClickAsync(string selector, CancellationToken cancellationToken)
    {
        await WaitAsync($"!!document.querySelector({Quote(selector)})?.getClientRects().length", cancellationToken);
        var place = (await EvaluateAsync(
            $"(() => {{ const box = document.querySelector({Quote(selector)}).getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()", cancellationToken))!.AsArray();
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
        {
            await AskAsync(
                "Input.dispatchMouseEvent",
                new() { ["type"] = type, ["x"] = (double)place[0]!, ["y"] = (double)place[1]!, ["button"] = "left", ["clickCount"] = 1 },
                cancellationToken);
        }
    }

    /// <summary>Clicks a field and types.</summary>
    public async Task TypeAsync(string selector, string text, CancellationToken cancellationToken)
    {
        await ClickAsync(selector, cancellationToken);
        await AskAsync("Input.insertText", new() { ["text"] = text }, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task ReadyAsync(CancellationToken cancellationToken) => WaitAsync("document.readyState === 'complete'", cancellationToken);

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private async Task<JsonObject> AskAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var id = ++_lastId;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            command["sessionId"] = _session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(command.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        while (true)
        {
            // Events come in between.
            var message = await ReadAsync(cancellationToken);
            if (message["id"] is { } answered && (int)answered == id)
            {
                return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error}") : message["result"]!.AsObject();
            }
        }
    }

    private async Task<JsonObject> ReadAsync(CancellationToken cancellationToken)
    {
        using var gathered = new MemoryStream();
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            gathered.Write(_buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonNode.Parse(gathered.ToArray())!.AsObject();
    }
}
