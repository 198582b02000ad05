using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QDiff.Models.Tests.Data;

/// <summary>A web server on this machine that answers every request from a table of files, or with 404.</summary>
internal sealed class MirrorFixture : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, byte[]> _files;
    private readonly Task _serving;

    public MirrorFixture(Dictionary<string, byte[]> files)
    {
        _files = files;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/data/");
        _serving = Serve();
    }

    public Uri Address { get; }

    public List<string> Requests { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _serving.GetAwaiter().GetResult();
    }

    /// <summary>An address at which nothing listens.</summary>
    public static Uri Dead()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        listener.Stop();
        return address;
    }

    private async Task Serve()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            using (client)
            {
                NetworkStream stream = client.GetStream();
                var request = new StringBuilder();
                byte[] buffer = new byte[4096];
                while (!request.ToString().Contains("\r\n\r\n"))
                {
                    int count = await stream.ReadAsync(buffer);
                    if (count == 0)
                    {
                        break;
                    }
                    request.Append(Encoding.ASCII.GetString(buffer, 0, count));
                }
                string name = request.ToString().Split(' ').ElementAtOrDefault(1)?.Split('/')[^1] ?? "";
                Requests.Add(name);
                bool found = _files.TryGetValue(name, out byte[]? body);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {(found ? "200 OK" : "404 Not Found")}\r\nContent-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(body ?? []);
            }
        }
    }
}
