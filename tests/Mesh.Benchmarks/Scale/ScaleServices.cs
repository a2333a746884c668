using System.Globalization;
using System.Text;

namespace Mesh.Benchmarks.Scale;

/// <summary>A folder of many services, a file each, whose endpoints move when told to.</summary>
internal sealed class ScaleServices : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-scale-");
    private readonly int[] _moves;
    private readonly int _endpoints;

    public ScaleServices(int services, int endpoints)
    {
        _moves = new int[services];
        _endpoints = endpoints;
        for (var service = 0; service < services; service++)
        {
            Write(service);
        }
    }

    public string Folder => _folder.FullName;

    public int Count => _moves.Length;

    public static string HostOf(int service) => string.Create(CultureInfo.InvariantCulture, $"service-{service:0000}.scale.test");

    /// <summary>Where the moving endpoint of a service will be after its next move.</summary>
    public string NextAddressOf(int service) => MovingAddressOf(service, _moves[service] + 1);

    /// <summary>Gives one endpoint of a service another address, as an editor does: the file beside it, then renamed over it.</summary>
    public void Move(int service)
    {
        _moves[service]++;
        Write(service);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string AddressOf(int service, int endpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{service / 256}.{service % 256}.{1 + endpoint}");

    private string MovingAddressOf(int service, int moves) => AddressOf(service, _endpoints + (moves % 200));

    private void Write(int service)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"""
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata:
                  name: service-{service:0000}
                  namespace: scale
                spec:
                  hosts: [{HostOf(service)}]
                  location: MESH_INTERNAL
                  resolution: STATIC
                  ports:
                  - number: 80
                    name: http
                    protocol: HTTP
                  endpoints:
                  - address: {MovingAddressOf(service, _moves[service])}

                """);
        for (var endpoint = 1; endpoint < _endpoints; endpoint++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - address: {AddressOf(service, endpoint)}\n");
        }

        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"service-{service:0000}.yaml"));
        var temporary = path + "~";
        File.WriteAllText(temporary, text.ToString());
        File.Move(temporary, path, overwrite: true);
    }
}
