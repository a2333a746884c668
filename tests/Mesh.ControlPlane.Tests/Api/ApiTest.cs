namespace Mesh.ControlPlane.Tests.Api;

/// <summary>A test with an API of its own.</summary>
public abstract class ApiTest : IAsyncLifetime
{
    private protected RunningApi Api { get; private set; } = null!;

    private protected ApiClient Client => Api.Client;

    private protected Mesh.Testing.Time.FakeTimeProvider Time { get; } = new();

    public async ValueTask InitializeAsync() => Api = await RunningApi.StartAsync(Time);

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task CreateAsync(string path, params string[] bodies)
    {
        foreach (var body in bodies)
        {
            (await Client.PostAsync(path, body)).Expect(201);
        }
    }
}
