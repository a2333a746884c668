using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Benchmarks.Gateway;

/// <summary>Starts nginx and HAProxy as the same proxy: one worker, kept connections on both sides, no access log.</summary>
internal static class ForeignProxies
{
    /// <summary>The proxy with its port; null when it is not on PATH.</summary>
    /// <param name="name"><c>nginx</c> or <c>haproxy</c>.</param>
    /// <param name="backend">Port of the service behind.</param>
    /// <param name="folder">For its files.</param>
    public static (Process Process, int Port)? Start(string name, string backend, string folder)
    {
        if (Find(name) is not { } program)
        {
            return null;
        }

        var port = FreePort();
        var file = Path.Combine(folder, name + ".conf");
        File.WriteAllText(file, name == "nginx" ? Nginx(port, backend, folder) : HaProxy(port, backend));
        string[] arguments = name == "nginx" ? ["-e", "stderr", "-p", folder, "-c", file] : ["-db", "-q", "-f", file];
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return (process, port);
    }

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private static string Nginx(int port, string backend, string folder) => string.Create(CultureInfo.InvariantCulture, $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        error_log stderr crit;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
          keepalive_requests 100000000;
          upstream backend { server 127.0.0.1:{{backend}}; keepalive 64; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://backend;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header X-Request-Id $request_id;
            }
          }
        }
        """);

    private static string HaProxy(int port, string backend) => string.Create(CultureInfo.InvariantCulture, $$"""
        global
          nbthread 1
          maxconn 2048
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          option forwardfor
          http-reuse always
        frontend front
          bind 127.0.0.1:{{port}}
          http-request set-header x-forwarded-proto http
          unique-id-format %{+X}o%ci:%cp_%Ts_%rt
          unique-id-header x-request-id
          default_backend back
        backend back
          server one 127.0.0.1:{{backend}} pool-max-conn 128

        """);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
