// go run post.go FILE ID: posts a FHIR resource and prints the answer. Nothing but the standard library.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	log.SetFlags(0)
	file, id := os.Args[1], os.Args[2]
	body, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: identity(), ForceAttemptHTTP2: true}}
	for attempts := 5; ; attempts-- {
		request, err := http.NewRequest("POST", os.Getenv("GATEWAY")+"/v1/datasets/fhir/events", bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/fhir+json")
		request.Header.Set("Sluice-Purpose", "treatment")
		request.Header.Set("Idempotency-Key", id) // the event's own id: sent twice, it is released once
		answer, err := client.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			log.Fatal(err)
		}
		wait, none := strconv.Atoi(answer.Header.Get("Retry-After")) // with 429 and 503: come again then
		if none != nil || attempts == 1 {
			fmt.Println(answer.StatusCode, string(text))
			if answer.StatusCode != http.StatusAccepted {
				os.Exit(1)
			}
			return
		}
		time.Sleep(time.Duration(wait) * time.Second)
	}
}

// Shows the certificate of a producer, and trusts nobody but the authority of the demo.
func identity() *tls.Config {
	certs := os.Getenv("CERTS")
	me, err := tls.LoadX509KeyPair(certs+"/identities/st-elsewhere.crt.pem", certs+"/identities/st-elsewhere.key.pem")
	if err != nil {
		log.Fatal(err)
	}
	pem, err := os.ReadFile(certs + "/root.crt.pem")
	if err != nil {
		log.Fatal(err)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(pem) {
		log.Fatal("no certificate in root.crt.pem")
	}
	return &tls.Config{Certificates: []tls.Certificate{me}, RootCAs: authorities, MinVersion: tls.VersionTLS13}
}
